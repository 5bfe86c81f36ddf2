import type { Context } from 'koa';
import { DomainError } from '../domain-error.ts';

export interface PageQuery {
  readonly limit: number;
  readonly cursor: string | null;
}

const maxLimit = 100;

/** `?limit=&cursor=` of a list. @throws {DomainError} `invalid_parameter`; whether a cursor means anything is the store's to say. */
export function readPageQuery(ctx: Context, defaultLimit: number): PageQuery {
  const { limit = String(defaultLimit), cursor = null } = ctx.query;
  if (typeof limit !== 'string' || !/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > maxLimit) {
    throw refuse('limit', limit, `a whole number from 1 to ${maxLimit}`);
  }
  if (Array.isArray(cursor)) throw refuse('cursor', cursor, 'the next_cursor of a page before, once');
  return { limit: Number(limit), cursor };
}

function refuse(field: string, value: string | string[], allowed: string): DomainError {
  const shown = JSON.stringify(value).slice(0, 80);
  return new DomainError('invalid_parameter', `${field} is ${shown}; allowed: ${allowed}.`, {
    faults: [{ field, value, allowed }],
  });
}
