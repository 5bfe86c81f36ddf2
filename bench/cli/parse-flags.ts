import { isModelId, isVersion, modelIdRule, versionRule } from '../../contract/model-id.ts';
import { longestSeconds, parseDuration } from '../scenario/parse-duration.ts';
import { UsageError } from './exit-codes.ts';

interface FlagRule {
  readonly allowed: string;
  readonly isRight: (text: string) => boolean;
  /** What of a wrong value may be repeated; all of it where this is left out. */
  readonly show?: (text: string) => string;
}

const url = {
  allowed: 'an http:// or https:// URL without credentials, query or fragment',
  isRight(text: string) {
    const found = URL.parse(text);
    if (found === null || !/^https?:$/.test(found.protocol)) return false;
    return [found.username, found.password, found.search, found.hash].every((part) => part === '');
  },
  show: (text: string) => text.replace(/^(https?:\/\/)?.*@/is, '$1***@'),
};

const rules = {
  url,
  target: url,
  before: url,
  after: url,
  pairs: wholeNumber(1, 100),
  seed: wholeNumber(1, 2_147_483_647),
  vus: wholeNumber(1, 1_000),
  // More would not fit the memory in which a ledger is written and read.
  iterations: wholeNumber(1, 1_000_000),
  bytes: wholeNumber(1, 10_000_000_000),
  'artifact-bytes': wholeNumber(1_000, 1_000_000_000),
  margin: wholeNumber(1, 100),
  duration: {
    allowed: 'a duration with its unit, such as 5s, 1m30s or 500ms, above 0 and at most 24h',
    isRight(text) {
      const seconds = parseDuration(text);
      return seconds !== null && seconds > 0 && seconds <= longestSeconds;
    },
  },
  model: { allowed: `a model id: ${modelIdRule}`, isRight: isModelId },
  version: { allowed: `a version: ${versionRule}`, isRight: isVersion },
} as const satisfies Readonly<Record<string, FlagRule>>;

/** Flags as they were typed; what is not given is undefined. */
export type TypedFlags = { readonly [Flag in keyof typeof rules]?: string | undefined };

/** What is wrong with the flags, a line each; empty when nothing is. */
export function findFlagFaults(flags: TypedFlags): string[] {
  const names = Object.keys(rules) as (keyof typeof rules)[];
  return names.flatMap((name) => {
    const text = flags[name];
    const { allowed, isRight, show = String }: FlagRule = rules[name];
    return text === undefined || isRight(text) ? [] : [`--${name} is "${show(text)}"; allowed: ${allowed}`];
  });
}

/** @throws {UsageError} with all faults. */
export function checkFlags(flags: TypedFlags): void {
  const faults = findFlagFaults(flags);
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
}

function wholeNumber(least: number, most: number): FlagRule {
  return {
    allowed: `a whole number from ${least} to ${most}`,
    isRight: (text) => /^\d{1,15}$/.test(text) && Number(text) >= least && Number(text) <= most,
  };
}
