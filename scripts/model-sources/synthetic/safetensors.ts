/** A tensor of two-byte numbers (bfloat16). */
export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
}

export function measureTensors(tensors: readonly Tensor[]): number {
  return tensors.reduce((total, tensor) => total + measureTensor(tensor), 0);
}

/**
 * What stands before the numbers in a safetensors file: the header's length and the header, JSON with the place of
 * every tensor. The format lets the header end in spaces; `paddingBytes` of them are added.
 */
export function makeSafetensorsHeader(tensors: readonly Tensor[], paddingBytes: number): Buffer {
  let end = 0;
  const places = tensors.map((tensor) => {
    const start = end;
    end += measureTensor(tensor);
    return [tensor.name, { dtype: 'BF16', shape: tensor.shape, data_offsets: [start, end] }];
  });
  const json = JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(places) });
  const header = Buffer.from(json + ' '.repeat(paddingBytes));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header]);
}

function measureTensor({ shape }: Tensor): number {
  return shape.reduce((product, dimension) => product * dimension, 2);
}
