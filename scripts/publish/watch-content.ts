import type { Terminal } from '../../bench/cli/terminal.ts';

const quietMs = 2_000;
const intervalMs = 250;
const bytesPerMebibyte = 1_048_576;

/** The same content, whose progress is shown once it takes over two seconds, and which fails when the signal fires. */
export async function* watchContent(
  content: AsyncIterable<Uint8Array>,
  { sizeBytes, terminal, signal }: { sizeBytes: number; terminal: Terminal; signal: AbortSignal },
): AsyncGenerator<Uint8Array> {
  const startedMs = performance.now();
  let shownMs = startedMs + quietMs - intervalMs;
  let doneBytes = 0;
  for await (const chunk of content) {
    signal.throwIfAborted();
    yield chunk;
    doneBytes += chunk.byteLength;
    const nowMs = performance.now();
    if (nowMs - shownMs < intervalMs) continue;
    shownMs = nowMs;
    terminal.show(describeProgress(doneBytes, sizeBytes, (nowMs - startedMs) / 1_000));
  }
}

function describeProgress(doneBytes: number, sizeBytes: number, seconds: number): string {
  const show = (bytes: number) => (bytes / bytesPerMebibyte).toFixed(1);
  const percent = Math.min(100, Math.floor((100 * doneBytes) / sizeBytes));
  return `upload    ${percent} %, ${show(doneBytes)} of ${show(sizeBytes)} MiB, ${show(doneBytes / seconds)} MiB/s`;
}
