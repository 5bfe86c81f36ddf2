import type { Context } from 'koa';
import { deliveryStrategies } from '../../contract/environment.ts';
import { isModelId, modelIdRule } from '../../contract/model-id.ts';
import { runStatuses } from '../../contract/run-status.ts';
import { scenarioNames } from '../../contract/workload.ts';
import type { RunFilter } from '../performance/list-runs.ts';
import { refuseParameter } from './refuse-parameter.ts';

/**
 * `?status=&delivery=&model_id=&scenario=` of the list of runs; null when none is given.
 * @throws {DomainError} `invalid_parameter`, naming the parameter, its value and what is allowed.
 */
export function readRunFilter({ query }: Context): RunFilter | null {
  const filter = {
    status: readOneOf(query, 'status', runStatuses),
    delivery: readOneOf(query, 'delivery', deliveryStrategies),
    scenario: readOneOf(query, 'scenario', scenarioNames),
    modelId: readModelId(query),
  };
  return Object.values(filter).every((value) => value === null) ? null : filter;
}

function readOneOf<const Value extends string>(
  query: Context['query'],
  name: string,
  values: readonly Value[],
): Value | null {
  const given = query[name];
  if (given === undefined) return null;
  const value = values.find((candidate) => candidate === given);
  if (value !== undefined) return value;
  throw refuseParameter(name, shorten(given), `one of ${values.join(', ')}`);
}

function readModelId({ model_id }: Context['query']): string | null {
  if (model_id === undefined) return null;
  if (typeof model_id === 'string' && isModelId(model_id)) return model_id;
  throw refuseParameter('model_id', shorten(model_id), `a model id: ${modelIdRule}`);
}

function shorten(value: string | string[]): string {
  return String(value).slice(0, 80);
}
