import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../bench/engine/plan-requests.ts';
import { movableVersion } from '../../contract/model-id.ts';
import { downloadPath } from '../../contract/routes.ts';
import { type Answer, ask, type Question } from './ask.ts';
import type { Publication } from './catalogue.ts';
import type { Finding } from './check-answer.ts';
import type { Population } from './clients.ts';
import { type Content, makeContent, readContent } from './content.ts';
import type { Strikes } from './strikes.ts';

/** Models whose `main` is replaced all the time, those that get new versions, and the one that runs load. */
const replacedModels = ['replaced-0', 'replaced-1', 'replaced-2'];
const growingModels = ['growing-0', 'growing-1'];
export const steadyModel = 'steady';
/** Larger than the cache that the service gets, which it is streamed past. */
const largeModel = 'large';
const largeBytes = 14_000_000;
const steadyBytes = 1_000_000;

const firstPublisher = 2_000;
const publishersEach = 2;
const mostAttempts = 4;
const retryMs = 500;
const longestPauseMs = 2_500;

/** What is there before clients come. @throws where the service does not take it. */
export async function publishFirst(population: Population): Promise<void> {
  const sizes = [
    ...[...replacedModels, ...growingModels].map((id, index) => [id, 300_000 + 400_000 * index] as const),
    [steadyModel, steadyBytes] as const,
    [largeModel, largeBytes] as const,
  ];
  for (const [index, [id, sizeBytes]] of sizes.entries()) {
    const answer = await publish(population, id, movableVersion, makeContent(index, sizeBytes));
    if (answer.status !== 201) throw new Error(`${id} was not published: ${answer.status} ${answer.text}`);
  }
}

/** Publishers of new versions and replacers of `main`, until the signal; resolves when the last has its answer. */
export async function runPublishers(population: Population): Promise<void> {
  let nextSeed = 100;
  const work = async (number: number, act: (random: () => number, seed: number) => Promise<unknown>) => {
    const random = createRandom(population.seed, firstPublisher + number);
    while (!population.signal.aborted) {
      nextSeed += 1;
      await act(random, nextSeed);
      await sleep(random() * longestPauseMs);
    }
  };
  const replace = (random: () => number, seed: number) => replaceMain(population, random, seed);
  const add = (random: () => number, seed: number) => addVersion(population, random, seed);
  const acts = [replace, add].flatMap((act) => Array.from({ length: publishersEach }, () => act));
  await Promise.all(acts.map((act, number) => work(number, act)));
}

/** Some by a condition, and some leave before they have their answer. */
async function replaceMain(population: Population, random: () => number, seed: number): Promise<void> {
  const id = replacedModels[Math.floor(random() * replacedModels.length)] ?? '';
  const content = makeContent(seed, 50_000 + Math.floor(random() ** 2 * 4_000_000));
  const nowMs = performance.now();
  const { publications } = population.catalogue.findAllowed(id, movableVersion, {
    startedMs: nowMs,
    endedMs: nowMs,
  });
  const [lately] = publications;
  const isConditional = random() < 0.3 && lately !== undefined;
  await publish(population, id, movableVersion, content, {
    ...(isConditional ? { headers: { 'if-match': `"${lately.content.digest}"` } } : {}),
    ...(random() < 0.15 ? { leaveAfterMs: random() * 100 } : {}),
  });
}

/** Until it is acknowledged, or for some attempts: the same bytes may be published any number of times. */
async function addVersion(population: Population, random: () => number, seed: number): Promise<void> {
  const id = growingModels[Math.floor(random() * growingModels.length)] ?? '';
  const content = makeContent(seed, 20_000 + Math.floor(random() * 200_000));
  await publish(population, id, `v${seed}`, content, {}, mostAttempts);
}

/** The last attempt's answer. */
async function publish(
  { catalogue, strikes, tally, readUrl }: Population,
  id: string,
  version: string,
  content: Content,
  question: Partial<Question> = {},
  attempts = 1,
): Promise<Answer> {
  const publication = catalogue.begin(id, version, content);
  const isConditional = question.headers !== undefined;
  const path =
    downloadPath(id, version) + (version === movableVersion && !isConditional ? '?replace=true' : '');
  for (let attempt = 1; ; attempt += 1) {
    const body = readContent(content, 0, content.sizeBytes);
    const answer = await ask({ url: readUrl(), method: 'PUT', path, body, ...question });
    const outcome = readOutcome(answer);
    if (outcome === 'unknown' && attempt < attempts) {
      await sleep(retryMs);
      continue;
    }
    catalogue.end(publication, outcome);
    tally.note(checkPublication(strikes, publication, answer, isConditional));
    return answer;
  }
}

/** A refusal is none unless it says so: an error may come after the record was written. */
function readOutcome({ end, status }: Answer): 'acknowledged' | 'unknown' | 'refused' {
  if (end !== 'whole' || status >= 500) return 'unknown';
  return status < 300 ? 'acknowledged' : 'refused';
}

/** What is wrong with an answer to a publication, by what struck when it was given; null for nothing. */
export function checkPublication(
  strikes: Strikes,
  { id, version, content }: Publication,
  answer: Answer,
  mayRefuse: boolean,
): Finding | null {
  const { end, status, headers, text } = answer;
  const find = (what: string) => ({
    kind: 'unexpected' as const,
    text: `PUT ${id}@${version}: ${status}, ${what}`,
  });
  if (end === 'silent') return find('nothing came for two minutes');
  if (end === 'left') return null;
  if (end === 'cut') return strikes.excuseCut(answer) ? null : find('cut without a fault');
  if (status === 412 && mayRefuse) return null;
  if (status === 500) return strikes.excuse500(answer) ? null : find(text);
  if (status === 503) return headers['retry-after'] ? null : find('503 without Retry-After');
  if (status >= 300) return find(text);
  return headers.etag === `"${content.digest}"` ? null : find(`ETag ${headers.etag}, not ${content.digest}`);
}
