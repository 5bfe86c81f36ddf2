import { sanitizeModelId } from '../../contract/model-id.ts';
import { versionPrefix } from '../../contract/object-keys.ts';
import type { Answer } from './ask.ts';
import type { Catalogue } from './catalogue.ts';
import { digestOf, readContent } from './content.ts';
import type { Strikes } from './strikes.ts';

export const findingKinds = ['wrong bytes', 'outdated', 'lost', 'unexpected'] as const;
/** `outdated`: the bytes of a version that another had replaced before it was asked for. */
export type FindingKind = (typeof findingKinds)[number];

export interface Finding {
  readonly kind: FindingKind;
  readonly text: string;
}

/** What was asked for, as far as the answer depends on it. */
export interface Asked {
  readonly id: string;
  readonly version: string;
  /** The tag in `If-None-Match`. */
  readonly ifNoneMatch?: string;
  /** The tag in `If-Match`. */
  readonly ifMatch?: string;
  readonly range?: { readonly first: number; readonly last: number };
}

/** The service closes a connection that was idle for 5 s; a client on a busy machine may ask on it before it hears so. */
const staleMs = 3_500;

/** Whether the question went out on a kept connection just when that was closed, which clients have to expect: RFC 9112, 9.3.1. */
function isStale({ status, bodyBytes, idleMs }: Answer): boolean {
  return status === 0 && bodyBytes === 0 && idleMs !== null && idleMs >= staleMs;
}

/**
 * What is wrong with an answer, by what was published and struck when it was given; null for nothing. A cut needs a reason,
 * too: no client here is silent for nearly as long as the service waits for one (390 s), so that it may cut none for that.
 */
export function checkAnswer(
  catalogue: Catalogue,
  strikes: Strikes,
  asked: Asked,
  answer: Answer,
): Finding | null {
  if (answer.end === 'silent') return find('unexpected', asked, answer, 'nothing came for two minutes');
  if (answer.end === 'left') return null;
  if (answer.end === 'cut') {
    const prefix = versionPrefix(sanitizeModelId(asked.id), asked.version);
    const text = `cut after ${answer.bodyBytes} B without a fault${answer.idleMs === null ? '' : `, on a connection that was idle for ${Math.round(answer.idleMs)} ms`}`;
    return isStale(answer) || strikes.excuseCut(answer, prefix)
      ? null
      : find('unexpected', asked, answer, text);
  }
  switch (answer.status) {
    case 200:
    case 206:
      return checkBody(catalogue, asked, answer);
    case 304:
      return checkTag(catalogue, asked, answer, asked.ifNoneMatch);
    case 404:
      return catalogue.findAllowed(asked.id, asked.version, answer).orNothing
        ? null
        : find('lost', asked, answer, 'what was acknowledged is not found');
    case 412:
      return checkRefusal(catalogue, asked, answer);
    case 416:
      return checkUnsatisfiable(catalogue, asked, answer);
    case 500:
      return strikes.excuse500(answer)
        ? null
        : find('unexpected', asked, answer, `without a fault: ${answer.text.slice(0, 200)}`);
    case 503:
      return answer.headers['retry-after']
        ? null
        : find('unexpected', asked, answer, '503 without Retry-After');
    default:
      return find('unexpected', asked, answer, answer.text.slice(0, 200));
  }
}

function checkBody(catalogue: Catalogue, asked: Asked, answer: Answer): Finding | null {
  const digest = readTag(answer);
  const { publications } = catalogue.findAllowed(asked.id, asked.version, answer);
  const content = publications.map((one) => one.content).find((one) => one.digest === digest);
  if (content === undefined) return find('outdated', asked, answer, `ETag ${digest} was not to be served`);
  if (answer.status === 200) {
    if (answer.bodyDigest === digest) return null;
    return find('wrong bytes', asked, answer, `${answer.bodyBytes} B have ${answer.bodyDigest}, not ${digest}`);
  }
  const { range } = asked;
  if (range === undefined) return find('unexpected', asked, answer, 'a part that nobody asked for');
  const last = Math.min(range.last, content.sizeBytes - 1);
  const contentRange = `bytes ${range.first}-${last}/${content.sizeBytes}`;
  if (answer.headers['content-range'] !== contentRange) {
    return find('wrong bytes', asked, answer, `${answer.headers['content-range']}, not ${contentRange}`);
  }
  if (answer.bodyDigest === digestOf(readContent(content, range.first, last + 1))) return null;
  return find('wrong bytes', asked, answer, `${contentRange} of ${digest} has other bytes`);
}

function checkTag(
  catalogue: Catalogue,
  asked: Asked,
  answer: Answer,
  wanted: string | undefined,
): Finding | null {
  const digest = readTag(answer);
  if (digest !== wanted) return find('unexpected', asked, answer, `304 for ${digest}, not ${wanted}`);
  const { publications } = catalogue.findAllowed(asked.id, asked.version, answer);
  if (publications.some((one) => one.content.digest === digest)) return null;
  return find('outdated', asked, answer, `304 for ${digest}, which was replaced`);
}

/** Wrong where nothing but what the condition names can have been there. */
function checkRefusal(catalogue: Catalogue, asked: Asked, answer: Answer): Finding | null {
  const { publications, orNothing } = catalogue.findAllowed(asked.id, asked.version, answer);
  const isOther = orNothing || publications.some((one) => one.content.digest !== asked.ifMatch);
  return isOther ? null : find('unexpected', asked, answer, `412 though ${asked.ifMatch} is published`);
}

function checkUnsatisfiable(catalogue: Catalogue, asked: Asked, answer: Answer): Finding | null {
  const { publications } = catalogue.findAllowed(asked.id, asked.version, answer);
  const { range } = asked;
  const isBeyond = publications.some((one) => range !== undefined && range.first >= one.content.sizeBytes);
  return isBeyond ? null : find('unexpected', asked, answer, `${range?.first} is within the artifact`);
}

function readTag({ headers }: Answer): string {
  return (headers.etag ?? '').replace(/^(?:W\/)?"(.*)"$/, '$1');
}

function find(kind: FindingKind, { id, version }: Asked, { status }: Answer, text: string): Finding {
  return { kind, text: `${id}@${version}: ${status}, ${text}` };
}
