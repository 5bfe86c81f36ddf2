import { defaultWorkload } from '../../contract/workload.ts';
import { findLengthSeconds } from '../scenario/find-length.ts';
import { overrideScenario } from '../scenario/override-scenario.ts';
import { parseDuration } from '../scenario/parse-duration.ts';
import type { Scenario } from '../scenario.ts';
import { UsageError } from './exit-codes.ts';
import { type LoadedScenario, loadScenario } from './load-scenario.ts';
import { findFlagFaults } from './parse-flags.ts';

/** The flags of `run` that say what the load is, as they were typed. */
export interface LoadFlags {
  readonly target: string;
  readonly vus?: string;
  readonly iterations?: string;
  readonly duration?: string;
  readonly model?: string;
  readonly version?: string;
}

export interface LoadChoice extends LoadedScenario {
  readonly url: string;
  readonly modelId: string;
  readonly version: string;
}

/**
 * The load that scenario and flags ask for; as in k6, what is given takes the place of the scenario's own.
 * @throws {UsageError} with the faults of all, of the flags that mean nothing to the scenario, too; {ScriptError} as
 * `loadScenario`.
 */
export async function chooseLoad(nameOrPath: string, flags: LoadFlags): Promise<LoadChoice> {
  const faults = findFlagFaults({ ...flags });
  const loaded = await loadScenario(nameOrPath).catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    faults.unshift(error.message);
    return null;
  });
  if (loaded?.scenario.models === 'all' && (flags.model !== undefined || flags.version !== undefined)) {
    faults.push(`${loaded.scenario.name} asks for all models; --model and --version mean nothing to it`);
  }
  const scenario = loaded && faults.length === 0 ? override(loaded.scenario, flags, faults) : null;
  if (loaded === null || scenario === null || faults.length > 0) throw new UsageError(faults.join('\n'));
  return {
    scenario,
    sha256: loaded.sha256,
    url: flags.target,
    modelId: flags.model ?? defaultWorkload.model_id,
    version: flags.version ?? defaultWorkload.version,
  };
}

function override(
  scenario: Scenario,
  { vus, iterations, duration }: LoadFlags,
  faults: string[],
): Scenario | null {
  const durationSeconds = duration === undefined ? null : parseDuration(duration);
  if (durationSeconds !== null && 'stages' in scenario && durationSeconds > findLengthSeconds(scenario)) {
    faults.push(
      `--duration is "${duration}"; allowed: a duration of at most the ${findLengthSeconds(scenario)} s of ${scenario.name}'s stages, which it ends early`,
    );
    return null;
  }
  try {
    return overrideScenario(lengthen(scenario, durationSeconds), {
      ...(vus === undefined ? {} : { vus: Number(vus) }),
      ...(iterations === undefined ? {} : { iterations: Number(iterations) }),
      ...(durationSeconds === null ? {} : { durationSeconds }),
    });
  } catch (error) {
    faults.push((error as Error).message);
    return null;
  }
}

/** A workload only cuts a scenario's own duration; who sits at the command line may ask for more of it, too. */
function lengthen(scenario: Scenario, durationSeconds: number | null): Scenario {
  if (durationSeconds === null) return scenario;
  if ('durationSeconds' in scenario) return { ...scenario, durationSeconds };
  return 'iterations' in scenario ? { ...scenario, maxDurationSeconds: durationSeconds } : scenario;
}
