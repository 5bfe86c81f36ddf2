import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { answerParent, readArgument } from './answer-parent.ts';

export interface ViewersOrder {
  /** Of a run's events. */
  readonly url: string;
  readonly count: number;
}

/** So many who watch a run, each over a connection of its own: ready when all of them see it, then asked for the events they got. */
const { url, count } = readArgument() as ViewersOrder;
let events = 0;
await Promise.all(Array.from({ length: count }, watch));
answerParent('ready', () => events);

/** Resolves with the first event, and goes on counting. */
async function watch(): Promise<void> {
  const [response] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`The events answered ${response.statusCode}.`);
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    events += text.split('\nevent: ').length - 1;
  });
  response.once('end', () => {
    throw new Error('The events ended.');
  });
  await once(response, 'data');
}
