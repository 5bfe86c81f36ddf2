const chunkLength = 65_536;

/** The samples in ascending order, eight bytes each: what percentiles of millions of rows can be read from. */
export function collectSorted(samples: Iterable<number>): Float64Array {
  const chunks: Float64Array[] = [];
  let length = 0;
  for (const sample of samples) {
    const place = length % chunkLength;
    if (place === 0) chunks.push(new Float64Array(chunkLength));
    (chunks.at(-1) as Float64Array)[place] = sample;
    length += 1;
  }
  return joinChunks(chunks, length).sort();
}

function joinChunks(chunks: readonly Float64Array[], length: number): Float64Array {
  const joined = new Float64Array(length);
  chunks.forEach((chunk, index) => {
    const start = index * chunkLength;
    joined.set(chunk.subarray(0, Math.min(chunkLength, length - start)), start);
  });
  return joined;
}
