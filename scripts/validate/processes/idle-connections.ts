import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { routes } from '../../../contract/routes.ts';
import { answerParent, readArgument } from './answer-parent.ts';

export interface IdleOrder {
  readonly port: number;
  readonly count: number;
}

/** So many connections that were answered once and stay; a question is for how many of them still stand. */
const { port, count } = readArgument() as IdleOrder;
const batch = 100;
const sockets: Socket[] = [];
while (sockets.length < count) sockets.push(...(await Promise.all(Array.from({ length: batch }, open))));
answerParent('ready', () => sockets.filter(({ destroyed, readable }) => !destroyed && readable).length);

async function open(): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.write(`GET ${routes.live} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  if (!answer.toString('latin1').startsWith('HTTP/1.1 200 ')) throw new Error(`It answered ${answer}`);
  socket.resume();
  return socket;
}
