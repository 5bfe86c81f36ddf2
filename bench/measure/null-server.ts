import { randomBytes } from 'node:crypto';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/**
 * Answers `GET /bytes/<n>` with n bytes from memory, at the least cost there is: what a load generator can do at most
 * shows against it. The bytes are random, like a compressed archive's: a client that makes text of them pays for it
 * here too. A process of its own, started with an IPC channel: it tells its port there, and it is gone as soon as its
 * parent is, however the parent went.
 */
const chunk = randomBytes(256 * 1024);
const endOfHead = '\r\n\r\n';
const longestHead = 16 * 1024;
/** Chunks handed to the kernel in one call. */
const chunksPerWrite = 4;

process.on('disconnect', () => process.exit(0));

const server = createServer({ noDelay: true }, serve);
server.listen({ host: '127.0.0.1', port: 0, backlog: 4_096 }, () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});

/** One request after the other; a client that sends its next one early, or anything else, is cut off. */
function serve(socket: Socket): void {
  let head = '';
  let left = 0;
  const write = () => {
    while (left > 0 && !socket.writableNeedDrain && !socket.destroyed) {
      socket.cork();
      for (let count = 0; count < chunksPerWrite && left > 0; count += 1) {
        const length = Math.min(left, chunk.length);
        left -= length;
        socket.write(length === chunk.length ? chunk : chunk.subarray(0, length));
      }
      socket.uncork();
    }
  };
  socket.on('drain', write);
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    head += bytes.toString('latin1');
    if (!head.includes(endOfHead) && head.length < longestHead) return;
    const length = /^GET \/bytes\/(\d{1,15}) HTTP\/1\.1\r\n/.exec(head)?.[1];
    if (length === undefined || !head.endsWith(endOfHead) || left > 0) {
      socket.destroy();
      return;
    }
    head = '';
    left = Number(length);
    const first = Math.min(left, chunk.length);
    left -= first;
    socket.cork();
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${length}${endOfHead}`, 'latin1');
    if (first > 0) socket.write(chunk.subarray(0, first));
    socket.uncork();
    write();
  });
}
