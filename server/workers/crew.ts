import cluster, { type Worker } from 'node:cluster';
import { exitCodes } from '../exit-codes.ts';
import { type Answers, createPartner, type Partner } from './partner.ts';
import { createPatience } from './patience.ts';
import type { PrimaryQuestions, Survey, WorkerQuestions } from './questions.ts';
import { type PulseTimes, watchPulse } from './watch-pulse.ts';

export interface Crew {
  /**
   * Resolves with the URL when all workers listen. The first starts alone, so that what is wrong for all is said once.
   * @throws {WorkerEnded} when one ends before it listens, or cannot be started; it has been said why.
   */
  start(): Promise<string>;
  /** Asks all workers, and waits for none longer than a second. */
  survey<Name extends 'readUse' | 'readMetrics'>(name: Name): Promise<Survey<WorkerQuestions[Name]['answer']>>;
  /**
   * Lets all end in their own order, which for one that does not listen yet is at once, and ends at the limit who has not.
   * Resolves with whether each did.
   */
  stop(): Promise<boolean>;
  /** Ends all at once. */
  kill(): void;
}

export class WorkerEnded extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`A worker ended with exit code ${exitCode} before it listened.`);
    this.name = 'WorkerEnded';
    this.exitCode = exitCode;
  }
}

interface Options {
  readonly count: number;
  readonly answers: Answers<PrimaryQuestions>;
  /** When a worker that listens counts as one that hangs, and is ended. */
  readonly pulse: PulseTimes;
  readonly stopLimitMs: number;
  /** Told with a line about each worker that ended by itself or hangs, could not be started, or cannot be reached. */
  readonly report: (line: string) => void;
}

interface Crewman {
  readonly worker: Worker;
  readonly partner: Partner<WorkerQuestions>;
  readonly ended: Promise<End>;
  listens: boolean;
}

interface Seat {
  readonly slot: number;
  crewman: Crewman | null;
  /** Whether any has listened here: whoever comes later is replaced even before it listens. */
  hasListened: boolean;
  readonly choosePause: (livedMs: number) => number;
  timer?: NodeJS.Timeout;
}

type End =
  | {
      readonly kind: 'ended';
      readonly pid: number | undefined;
      readonly exitCode: number | null;
      readonly signal: string | null;
    }
  | { readonly kind: 'not started'; readonly reason: string };

const surveyMs = 1_000;

/** The workers of a service, each replaced when it ends by itself, or is ended because it hangs. */
export function createCrew({ count, answers, pulse, stopLimitMs, report }: Options): Crew {
  // Where a port cannot be shared, workers share its one socket and each takes from it what it serves. Dealt out by this
  // process, a connection would wait for ever at a worker that hangs, or that ended before it had it.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  // Structured clones: metrics have numbers that JSON does not know.
  cluster.setupPrimary({ serialization: 'advanced' });
  const seats = Array.from(
    { length: count },
    (_, slot): Seat => ({
      slot,
      crewman: null,
      hasListened: false,
      choosePause: createPatience(),
    }),
  );
  let joinedPort: number | null = null;
  let isUp = false;
  let isStopping = false;
  let replaced = 0;

  async function fill(seat: Seat): Promise<string> {
    if (isStopping) throw new Error('A crew that stops begins no worker.');
    const startMs = performance.now();
    const leave = (end: End): WorkerEnded => {
      seat.crewman = null;
      const line = describeEnd(seat, end);
      if ((isUp || seat.hasListened) && !isStopping) replace(seat, line, performance.now() - startMs);
      else if (end.kind === 'not started') report(`${line}.`);
      return new WorkerEnded((end.kind === 'ended' ? end.exitCode : null) ?? exitCodes.failed);
    };
    const worker = fork();
    if (worker instanceof Error) throw leave({ kind: 'not started', reason: worker.message });
    const partner = createPartner<WorkerQuestions, PrimaryQuestions>(worker.process, answers);
    const ended = awaitEnd(worker, (error) =>
      report(`Worker ${seat.slot} (pid ${worker.process.pid}): ${error.message}.`),
    );
    const crewman: Crewman = { worker, partner, ended, listens: false };
    seat.crewman = crewman;
    const early = ended.then((end) => Promise.reject(leave(end)));
    const listening = partner.ask('start', { slot: seat.slot, joinedPort }, null);
    // Which of the two is told first is chance.
    const url = await Promise.race([listening.catch(() => early), early]);
    crewman.listens = true;
    seat.hasListened = true;
    const unwatch = watchPulse(
      () => partner.ask('giveSign', null, null),
      pulse,
      () => endNow(seat, worker, `has not answered for ${pulse.silentMs / 1_000} s`),
    );
    void ended.then(unwatch);
    return url;
  }

  /** Also one that is held still, which takes no other signal. */
  function endNow({ slot }: Seat, { process }: Worker, why: string): void {
    report(`Worker ${slot} (pid ${process.pid}) ${why}, and is ended.`);
    process.kill('SIGKILL');
  }

  function replace(seat: Seat, line: string, livedMs: number): void {
    const pauseMs = seat.choosePause(livedMs);
    report(`${line}; another takes its place ${pauseMs === 0 ? 'now' : `in ${pauseMs / 1_000} s`}.`);
    seat.timer = setTimeout(() => {
      replaced += 1;
      // One that ends before it listens, or cannot be started, is replaced like any other.
      fill(seat).catch(() => {});
    }, pauseMs);
  }

  const listCrew = () => seats.flatMap(({ crewman }) => crewman ?? []);

  return {
    async start() {
      const [first, ...others] = seats;
      if (!first) throw new Error('A crew has at least one worker.');
      const url = await fill(first);
      joinedPort = Number(new URL(url).port || 80);
      await Promise.all(others.map(fill));
      isUp = true;
      return url;
    },

    async survey(name) {
      const serving = listCrew().filter(({ listens }) => listens);
      const told = await Promise.allSettled(serving.map(({ partner }) => partner.ask(name, null, surveyMs)));
      const answers = told.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
      const alive = serving.length;
      return { answers, workers: { wanted: count, alive, silent: alive - answers.length, replaced } };
    },

    async stop() {
      isStopping = true;
      for (const { timer } of seats) clearTimeout(timer);
      const crew = listCrew();
      for (const { worker } of crew) worker.process.kill('SIGTERM');
      const limit = setTimeout(() => {
        for (const seat of seats) {
          if (seat.crewman) endNow(seat, seat.crewman.worker, `has not ended within ${stopLimitMs / 1_000} s`);
        }
      }, stopLimitMs);
      const ends = await Promise.all(crew.map(({ ended }) => ended));
      clearTimeout(limit);
      return ends.every(isInOrder);
    },

    kill() {
      isStopping = true;
      for (const { worker } of listCrew()) worker.process.kill('SIGKILL');
    },
  };
}

/** What is wanting decides whether it is told here (memory) or by an event (processes, descriptors). */
function fork(): Worker | Error {
  try {
    return cluster.fork();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Without anybody who listens, an error would end the primary process, and all workers with it. */
function awaitEnd(worker: Worker, onError: (error: Error) => void): Promise<End> {
  const { process } = worker;
  const { promise, resolve } = Promise.withResolvers<End>();
  worker.once('exit', (exitCode: number | null, signal: string | null) => {
    resolve({ kind: 'ended', pid: process.pid, exitCode, signal });
  });
  worker.on('error', (error) => {
    if (process.pid === undefined) resolve({ kind: 'not started', reason: error.message });
    else onError(error);
  });
  return promise;
}

function describeEnd({ slot }: Seat, end: End): string {
  if (end.kind === 'not started') return `Worker ${slot} could not be started: ${end.reason}`;
  const how = end.signal === null ? `ended with exit code ${end.exitCode}` : `was ended by ${end.signal}`;
  return `Worker ${slot} (pid ${end.pid}) ${how}`;
}

/** The signal itself ends only one that has no handler of it yet, and so serves nobody. */
function isInOrder(end: End): boolean {
  return end.kind === 'not started' || end.exitCode === 0 || end.signal === 'SIGTERM';
}
