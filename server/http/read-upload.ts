import type { Context } from 'koa';
import { refuseSize } from './check-upload-headers.ts';
import { askForBody } from './expect-continue.ts';

export interface UploadLimits {
  readonly limitBytes: number;
  /** How long a client may send nothing that is waited for. */
  readonly silenceMs: number;
}

/**
 * The request's body; the client is asked for it when the first chunk is.
 * @throws {DomainError} `body_too_large`, at the first byte beyond the limit.
 */
export async function* readUpload(
  ctx: Context,
  { limitBytes, silenceMs }: UploadLimits,
): AsyncGenerator<Uint8Array> {
  const { req } = ctx;
  askForBody(ctx);
  // To break off is not to hang up: there is an answer to be sent.
  const chunks = req.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]();
  let sizeBytes = 0;
  try {
    for (;;) {
      const silence = setTimeout(() => req.destroy(describeSilence(silenceMs)), silenceMs);
      const { value, done } = await chunks.next().finally(() => clearTimeout(silence));
      if (done) return;
      const chunk = value as Buffer;
      sizeBytes += chunk.length;
      if (sizeBytes > limitBytes) throw refuseSize(`more than ${limitBytes} bytes`, limitBytes);
      yield chunk;
    }
  } finally {
    await chunks.return?.();
  }
}

/** As good as gone, and told alike. */
function describeSilence(silenceMs: number): Error {
  return Object.assign(new Error(`The client sent nothing for ${silenceMs} ms.`), { code: 'ECONNRESET' });
}
