import { isModelId, isVersion, modelIdRule, versionRule } from '../../contract/model-id.ts';
import { longestSeconds, parseDuration } from '../scenario/parse-duration.ts';
import { UsageError } from './exit-codes.ts';

interface FlagRule {
  readonly allowed: string;
  readonly isRight: (text: string) => boolean;
}

const url = {
  allowed: 'an http:// or https:// URL without a query',
  isRight(text: string) {
    const found = URL.parse(text);
    return found !== null && /^https?:$/.test(found.protocol) && found.search === '' && found.hash === '';
  },
};

const rules = {
  url,
  target: url,
  vus: wholeNumber(1, 1_000),
  // More would not fit the memory in which a ledger is written and read.
  iterations: wholeNumber(1, 1_000_000),
  bytes: wholeNumber(0, 10_000_000_000),
  duration: {
    allowed: 'a duration such as 30s, 1m30s, 500ms or a number of seconds, above 0 and at most 24h',
    isRight(text) {
      const seconds = readSeconds(text);
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
    const { allowed, isRight } = rules[name];
    return text === undefined || isRight(text) ? [] : [`--${name} is "${text}"; allowed: ${allowed}`];
  });
}

/** @throws {UsageError} with all faults. */
export function checkFlags(flags: TypedFlags): void {
  const faults = findFlagFaults(flags);
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
}

/** k6's notation, or a number of seconds; null when it is neither. */
export function readSeconds(text: string): number | null {
  return parseDuration(/^\d+(\.\d+)?$/.test(text) ? Number(text) : text);
}

function wholeNumber(least: number, most: number): FlagRule {
  return {
    allowed: `a whole number from ${least} to ${most}`,
    isRight: (text) => /^\d{1,15}$/.test(text) && Number(text) >= least && Number(text) <= most,
  };
}
