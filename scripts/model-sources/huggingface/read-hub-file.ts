import { ModelUnavailable } from '../model-source.ts';
import type { HubClient } from './hub-client.ts';
import { checkHubFile, type HubFile } from './hub-file.ts';
import { PassingFault } from './patience.ts';

/** An attempt that brought this much has not failed for nothing: the next ones count anew. */
const progressBytes = 1024 * 1024;

/**
 * Streams a file of the hub; where a body breaks the next request goes on. Ends only when size and digest are those
 * that the hub lists. The library's own download hides status and range of its answers, so it is not used here.
 * @throws {ModelUnavailable} or {SourceLost}
 */
export async function* readHubFile(
  hub: HubClient,
  file: HubFile,
  url: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const check = checkHubFile(file);
  let failures = 0;
  while (check.receivedBytes() < file.sizeBytes) {
    const startBytes = check.receivedBytes();
    try {
      for await (const chunk of readFrom(hub, file, url, startBytes, signal)) {
        check.take(chunk);
        yield chunk;
      }
      if (check.receivedBytes() < file.sizeBytes) {
        throw new PassingFault(`${file.path} ended after ${check.receivedBytes()} of ${file.sizeBytes} bytes`);
      }
    } catch (fault) {
      failures = check.receivedBytes() - startBytes >= progressBytes ? 1 : failures + 1;
      await hub.patience.endure(fault, failures, signal);
    }
  }
  check.finish();
  hub.patience.succeed();
}

async function* readFrom(
  hub: HubClient,
  file: HubFile,
  url: string,
  startBytes: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const headers: Record<string, string> = startBytes > 0 ? { range: `bytes=${startBytes}-` } : {};
  const answer = await hub.open(url, headers, signal);
  try {
    let surplusBytes = findSurplus(file, answer, startBytes);
    for await (const chunk of answer.body) {
      if (surplusBytes < chunk.byteLength) yield chunk.subarray(surplusBytes);
      surplusBytes = Math.max(0, surplusBytes - chunk.byteLength);
    }
  } finally {
    answer.leave();
  }
}

/** How many bytes at the start of the body were received before: all of them where the range was ignored. */
function findSurplus(
  { path, sizeBytes }: HubFile,
  { status, headers }: { status: number; headers: Headers },
  startBytes: number,
): number {
  if (status === 206 && headers.get('content-range') === `bytes ${startBytes}-${sizeBytes - 1}/${sizeBytes}`) {
    return 0;
  }
  if (status === 200) {
    const announced = headers.get('content-length');
    if (announced === null || Number(announced) === sizeBytes) return startBytes;
    throw new ModelUnavailable(`${path} is announced with ${announced} bytes; the hub lists ${sizeBytes}`);
  }
  const reason = headers.get('x-error-message') ?? headers.get('content-range');
  throw new ModelUnavailable(`the hub answers ${status} for ${path}${reason ? `: ${reason}` : ''}`);
}
