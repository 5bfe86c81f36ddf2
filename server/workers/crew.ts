import cluster, { type Worker } from 'node:cluster';
import { type Answers, createPartner, type Partner } from './partner.ts';
import type { PrimaryQuestions, Survey, WorkerQuestions } from './questions.ts';

export interface Crew {
  /**
   * Resolves with the URL when all workers listen. The first starts alone, so that what is wrong for all is said once.
   * @throws {WorkerEnded} when one ends before it listens; it has said why.
   */
  start(): Promise<string>;
  /** Asks all workers, and waits for none longer than a second. */
  survey<Name extends 'readUse' | 'readMetrics'>(name: Name): Promise<Survey<WorkerQuestions[Name]['answer']>>;
  /** Lets all end in their own order. Resolves with whether each did. */
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
  /** Told with a line about each worker that ended by itself. */
  readonly onReplace: (line: string) => void;
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
  /** How many in a row ended soon after their start. */
  quickEnds: number;
  timer?: NodeJS.Timeout;
}

interface End {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

const surveyMs = 1_000;
/** Who ends before is not replaced at once a second time. */
const quickMs = 10_000;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/** The workers of a service, each replaced when it ends by itself. */
export function createCrew({ count, answers, onReplace }: Options): Crew {
  // Structured clones: metrics have numbers that JSON does not know.
  cluster.setupPrimary({ serialization: 'advanced' });
  const seats = Array.from({ length: count }, (_, slot): Seat => ({ slot, crewman: null, quickEnds: 0 }));
  let joinedPort: number | null = null;
  let isUp = false;
  let isStopping = false;
  let replaced = 0;

  async function fill(seat: Seat): Promise<string> {
    const worker = cluster.fork();
    const partner = createPartner<WorkerQuestions, PrimaryQuestions>(worker.process, answers);
    const startMs = performance.now();
    const ended = new Promise<End>((resolve) => {
      worker.once('exit', (exitCode: number | null, signal: string | null) => resolve({ exitCode, signal }));
    });
    const crewman: Crewman = { worker, partner, ended, listens: false };
    seat.crewman = crewman;
    void ended.then((end) => {
      seat.crewman = null;
      const livedMs = performance.now() - startMs;
      if ((isUp || crewman.listens) && !isStopping) replace(seat, describeEnd(seat, worker, end), livedMs);
    });
    const listening = partner.ask('start', { slot: seat.slot, joinedPort }, null);
    const early = ended.then(({ exitCode }) => Promise.reject(new WorkerEnded(exitCode ?? 1)));
    // Which of the two is told first is chance.
    const url = await Promise.race([listening.catch(() => early), early]);
    crewman.listens = true;
    return url;
  }

  function replace(seat: Seat, line: string, livedMs: number): void {
    seat.quickEnds = livedMs < quickMs ? seat.quickEnds + 1 : 0;
    const pauseMs = seat.quickEnds < 2 ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** (seat.quickEnds - 2));
    onReplace(`${line}; another takes its place ${pauseMs === 0 ? 'now' : `in ${pauseMs / 1_000} s`}.`);
    seat.timer = setTimeout(() => {
      replaced += 1;
      // One that ends before it listens is replaced like any other.
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
      const ends = await Promise.all(crew.map(({ ended }) => ended));
      return ends.every(({ exitCode }) => exitCode === 0);
    },

    kill() {
      isStopping = true;
      for (const { worker } of listCrew()) worker.process.kill('SIGKILL');
    },
  };
}

function describeEnd({ slot }: Seat, { process }: Worker, { exitCode, signal }: End): string {
  const how = signal === null ? `ended with exit code ${exitCode}` : `was ended by ${signal}`;
  return `Worker ${slot} (pid ${process.pid}) ${how}`;
}
