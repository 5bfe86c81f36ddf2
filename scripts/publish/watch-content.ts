import type { Terminal } from '../../bench/cli/terminal.ts';
import { paceProgress } from '../pace-progress.ts';

const intervalMs = 250;
const bytesPerMebibyte = 1_048_576;

/** The same content, whose progress is shown once it takes over two seconds. */
export async function* watchContent(
  content: AsyncIterable<Uint8Array>,
  { sizeBytes, terminal }: { sizeBytes: number; terminal: Terminal },
): AsyncGenerator<Uint8Array> {
  const isTime = paceProgress(intervalMs);
  let doneBytes = 0;
  for await (const chunk of content) {
    yield chunk;
    doneBytes += chunk.byteLength;
    const seconds = isTime();
    if (seconds !== null) terminal.show(describeProgress(doneBytes, sizeBytes, seconds));
  }
}

function describeProgress(doneBytes: number, sizeBytes: number, seconds: number): string {
  const show = (bytes: number) => (bytes / bytesPerMebibyte).toFixed(1);
  const percent = Math.min(100, Math.floor((100 * doneBytes) / sizeBytes));
  return `upload    ${percent} %, ${show(doneBytes)} of ${show(sizeBytes)} MiB, ${show(doneBytes / seconds)} MiB/s`;
}
