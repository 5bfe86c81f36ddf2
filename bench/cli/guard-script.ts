import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Scenario } from '../scenario.ts';
import { ScriptError } from './exit-codes.ts';

/** The scenario with what its own functions throw made a ScriptError that says where in its file. */
export function guardScript(scenario: Scenario, path: string): Scenario {
  const { planRequest, setup, teardown } = scenario;
  const refuse = (error: unknown) => new ScriptError(describeScriptError(error, path), { cause: error });
  return {
    ...scenario,
    planRequest(random, models) {
      try {
        return planRequest(random, models);
      } catch (error) {
        throw refuse(error);
      }
    },
    setup: setup && guard(setup, refuse),
    teardown: teardown && guard(teardown, refuse),
  };
}

/** `script error in slow.ts:12:9: what it says`. */
export function describeScriptError(error: unknown, path: string): string {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: '' };
  const [firstLine] = message.split('\n');
  return `script error in ${basename(path)}${findPlace(stack ?? '', path)}: ${firstLine}`;
}

/** The innermost line of the file itself; empty when the stack does not name it. */
function findPlace(stack: string, path: string): string {
  for (const name of [pathToFileURL(path).href, path]) {
    const after = stack.split(`${name}:`)[1];
    const place = /^\d+(?::\d+)?/.exec(after ?? '')?.[0];
    if (place !== undefined) return `:${place}`;
  }
  return '';
}

function guard<Given>(
  act: (given: Given) => unknown,
  refuse: (error: unknown) => Error,
): (given: Given) => Promise<unknown> {
  return async (given) => {
    try {
      return await act(given);
    } catch (error) {
      throw refuse(error);
    }
  };
}
