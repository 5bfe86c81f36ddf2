import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../bench/engine/plan-requests.ts';
import { movableVersion } from '../../contract/model-id.ts';
import { downloadPath } from '../../contract/routes.ts';
import { type Answer, ask, type Question } from './ask.ts';
import type { Catalogue } from './catalogue.ts';
import { type Asked, checkAnswer } from './check-answer.ts';
import { checkResumed, type ReceivedPart } from './check-resumed.ts';
import { digestOf } from './content.ts';
import type { Strikes } from './strikes.ts';
import type { Tally } from './tally.ts';

export interface Population {
  readonly seed: number;
  readonly readUrl: () => string;
  readonly catalogue: Catalogue;
  readonly strikes: Strikes;
  readonly tally: Tally;
  /** When nobody begins anything new. */
  readonly signal: AbortSignal;
}

interface Client extends Population {
  readonly random: () => number;
  readonly agent: Agent;
}

type Act = (client: Client) => Promise<void>;

/** Who downloads, and how many of each there are at any time. */
const behaviours: readonly (readonly [count: number, act: Act])[] = [
  [6, downloadWhole],
  [4, downloadPart],
  [3, downloadUntilWhole],
  [3, readSlowly],
  [4, leaveSomewhere],
  [3, revalidate],
];

const firstClient = 1_000;
/** So that most of the time passes between requests: a soak is no measurement of throughput. */
const longestPauseMs = 5_000;
const longestReadSeconds = 8;

/** All clients, until the signal, at which they leave. */
export async function runClients(population: Population): Promise<void> {
  const acts = behaviours.flatMap(([count, act]) => Array.from({ length: count }, () => act));
  const agent = new Agent({ keepAlive: true });
  await Promise.all(
    acts.map(async (act, index) => {
      const random = createRandom(population.seed, firstClient + index);
      while (!population.signal.aborted) {
        await act({ ...population, random, agent });
        await sleep(random() * longestPauseMs, undefined, { signal: population.signal }).catch(() => {});
      }
    }),
  );
  agent.destroy();
}

async function downloadWhole(client: Client): Promise<void> {
  await download(client, chooseVersion(client), {});
}

async function downloadPart(client: Client): Promise<void> {
  const version = chooseVersion(client);
  const { sizeBytes } = version;
  const first = Math.floor(client.random() * sizeBytes);
  const last = Math.min(sizeBytes - 1, first + Math.floor(client.random() * sizeBytes));
  const tag = client.random() < 0.5 ? { 'if-range': `"${version.digest}"` } : {};
  const headers = { range: `bytes=${first}-${last}`, ...tag };
  await download(client, { ...version, range: { first, last } }, { headers });
}

/**
 * As `curl -C -` does: goes on where it was cut, as long as it is the same artifact, and holds the whole against what was
 * published: what came before a cut may have a byte that S3 flipped, for nobody knows before the end.
 */
async function downloadUntilWhole(client: Client): Promise<void> {
  const version = chooseVersion(client);
  const parts: ReceivedPart[] = [];
  let tag: string | undefined;
  let received = 0;
  while (!client.signal.aborted) {
    const isFirst = tag === undefined || received === 0;
    const question = isFirst ? {} : { headers: { range: `bytes=${received}-`, 'if-range': tag ?? '' } };
    const cutHere =
      client.random() < 0.5 ? { leaveAfterBytes: Math.ceil(client.random() * version.sizeBytes) } : {};
    const asked = isFirst
      ? version
      : { ...version, range: { first: received, last: Number.POSITIVE_INFINITY } };
    const chunks: Buffer[] = [];
    const onBytes = (chunk: Buffer) => void chunks.push(chunk);
    const answer = await download(client, asked, { ...question, ...cutHere, onBytes });
    if (answer.status === 0 || answer.status === 503) {
      await sleep(200);
      continue;
    }
    // Another artifact stands there by now: this download begins anew another time.
    if (!isFirst && answer.status !== 206) return;
    if (isFirst && answer.status !== 200) return;
    tag = answer.headers.etag;
    received += answer.bodyBytes;
    parts.push({ bytes: Buffer.concat(chunks), startedMs: answer.startedMs, endedMs: answer.endedMs });
    if (answer.end !== 'whole') continue;
    if (isFirst) return;
    const { isFlipped, finding } = checkResumed(client.catalogue, client.strikes, version, tag ?? '', parts);
    client.tally.answers.resumed += 1;
    if (isFlipped) client.tally.answers.resumedFlipped += 1;
    client.tally.note(finding);
    return;
  }
}

async function readSlowly(client: Client): Promise<void> {
  const version = chooseVersion(client);
  const seconds = 1 + client.random() * longestReadSeconds;
  await download(client, version, { bytesPerSecond: version.sizeBytes / seconds });
}

async function leaveSomewhere(client: Client): Promise<void> {
  const version = chooseVersion(client);
  const leaving =
    client.random() < 0.5
      ? { leaveAfterMs: client.random() * 300 }
      : { leaveAfterBytes: Math.floor(client.random() * version.sizeBytes) };
  await download(client, version, leaving);
}

async function revalidate(client: Client): Promise<void> {
  const version = chooseVersion(client);
  const tag = `"${version.digest}"`;
  if (client.random() < 0.8) {
    const asked = { ...version, ifNoneMatch: version.digest };
    await download(client, asked, { headers: { 'if-none-match': tag } });
  } else {
    await download(client, { ...version, ifMatch: version.digest }, { headers: { 'if-match': tag } });
  }
}

/** A connection of its own for whoever may leave it, and for some others. */
async function download(client: Client, asked: Asked, question: Partial<Question>): Promise<Answer> {
  const { catalogue, strikes, tally, readUrl, random, agent, signal } = client;
  const isKept = question.leaveAfterBytes === undefined && random() < 0.7;
  const path = downloadPath(asked.id, asked.version);
  const answer = await ask({ url: readUrl(), path, signal, ...question, ...(isKept ? { agent } : {}) });
  tally.count(answer);
  tally.note(checkAnswer(catalogue, strikes, asked, answer));
  return answer;
}

interface ChosenVersion {
  readonly id: string;
  readonly version: string;
  readonly digest: string;
  readonly sizeBytes: number;
}

/** Mostly a model's `main`, else one of the other versions; with what it has been lately. */
function chooseVersion({ catalogue, random }: Client): ChosenVersion {
  const all = catalogue.listVersions();
  const wanted = random() < 0.7 ? all.filter(({ version }) => version === movableVersion) : all;
  const chosen = wanted[Math.floor(random() * wanted.length)];
  if (chosen === undefined) throw new Error('Nothing was published before clients came.');
  const { id, version } = chosen;
  const nowMs = performance.now();
  const { publications } = catalogue.findAllowed(id, version, { startedMs: nowMs, endedMs: nowMs });
  const [lately] = publications;
  // Nothing is known of what was refused: whatever comes then, it must not be whole.
  const { digest, sizeBytes } = lately?.content ?? { digest: digestOf(Buffer.alloc(0)), sizeBytes: 1 };
  return { id, version, digest, sizeBytes };
}
