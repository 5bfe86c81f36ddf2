import type { IncomingMessage } from 'node:http';

/**
 * Destroys a body with an error when its reader has waited for the sender for `silenceMs` to twice as long. A
 * reader that is slow itself may take any time.
 */
export function failWhenSilent(body: IncomingMessage, silenceMs: number): void {
  const { socket } = body;
  let seenBytes = socket.bytesRead;
  const timer = setInterval(() => {
    const isSenderAwaited = body.readableLength === 0 && !body.isPaused() && !body.complete;
    if (!isSenderAwaited || socket.bytesRead > seenBytes) {
      seenBytes = socket.bytesRead;
      return;
    }
    body.destroy(new Error(`The sender of a body was silent for ${silenceMs} ms.`));
  }, silenceMs);
  timer.unref();
  body.once('close', () => clearInterval(timer));
}
