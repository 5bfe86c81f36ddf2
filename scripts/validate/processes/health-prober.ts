import { Agent, get } from 'node:http';
import { routes } from '../../../contract/routes.ts';
import { answerParent, readArgument } from './answer-parent.ts';

/** What the probes since the last question took, each from when it was due. */
export interface ProbeTimes {
  readonly keptAliveMs: readonly number[];
  readonly newMs: readonly number[];
}

/**
 * Asks a service every 20 ms whether it lives, both over one connection that stays open and over a new one each time,
 * whether or not those before were answered.
 */
const intervalMs = 20;
const url = readArgument() as string;
const keptAlive = new Agent({ keepAlive: true, maxSockets: 1 });
let times = { keptAliveMs: [] as number[], newMs: [] as number[] };
let dueMs = performance.now();

await Promise.all([probe(keptAlive, performance.now()), probe(false, performance.now())]);
dueMs = performance.now() + intervalMs;
setInterval(() => {
  // A turn that came late makes up for those that it missed.
  for (; dueMs <= performance.now(); dueMs += intervalMs) {
    const told = times;
    const due = dueMs;
    void probe(keptAlive, due).then((ms) => told.keptAliveMs.push(ms));
    void probe(false, due).then((ms) => told.newMs.push(ms));
  }
}, intervalMs / 2);
answerParent('ready', (): ProbeTimes => {
  const told = times;
  times = { keptAliveMs: [], newMs: [] };
  return told;
});

function probe(agent: Agent | false, from: number): Promise<number> {
  return new Promise((resolve) => {
    get(url + routes.live, { agent }, (response) => {
      if (response.statusCode !== 200) throw new Error(`The service answered ${response.statusCode}.`);
      response.resume().once('end', () => resolve(performance.now() - from));
    });
  });
}
