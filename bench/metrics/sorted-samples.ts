const chunkLength = 16_384;

/** The samples in ascending order, eight bytes each: what percentiles of millions of rows can be read from. */
export function collectSorted(samples: Iterable<number>): Float64Array {
  const column = new SampleColumn();
  for (const sample of samples) column.push(sample);
  return column.sort();
}

/** Samples in the making, in pieces that never have to be copied while they grow. */
export class SampleColumn {
  #chunks: Float64Array[] = [];
  #length = 0;

  push(sample: number): void {
    const place = this.#length % chunkLength;
    if (place === 0) this.#chunks.push(new Float64Array(chunkLength));
    const chunk = this.#chunks.at(-1);
    if (chunk) chunk[place] = sample;
    this.#length += 1;
  }

  /** All samples in ascending order; the column is empty afterwards. */
  sort(): Float64Array {
    const joined = new Float64Array(this.#length);
    this.#chunks.forEach((chunk, index) => {
      const start = index * chunkLength;
      joined.set(chunk.subarray(0, Math.min(chunkLength, joined.length - start)), start);
    });
    this.#chunks = [];
    this.#length = 0;
    return joined.sort();
  }
}
