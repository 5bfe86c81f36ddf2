import { isSanitizedId, isVersion } from '../../contract/model-id.ts';
import { displayIdClaim } from '../../contract/tables.ts';
import { DomainError } from '../domain-error.ts';

/** The key after which a scan goes on. */
type ModelKey = Readonly<{ model_id: string; version: string }>;

export function encodeModelCursor(key: ModelKey): string {
  return Buffer.from(JSON.stringify([key.model_id, key.version])).toString('base64url');
}

/** @throws {DomainError} `invalid_parameter` for anything that is no key of the table. */
export function decodeModelCursor(cursor: string): ModelKey {
  const [id, version, ...rest] = parseCursor(cursor);
  const isKey =
    typeof id === 'string' &&
    isSanitizedId(id) &&
    typeof version === 'string' &&
    (isVersion(version) || version === displayIdClaim) &&
    rest.length === 0;
  if (isKey) return { model_id: id, version };
  const allowed = 'the next_cursor of the page before, unchanged';
  throw new DomainError('invalid_parameter', `cursor is "${cursor.slice(0, 80)}"; allowed: ${allowed}.`, {
    faults: [{ field: 'cursor', value: cursor, allowed }],
  });
}

function parseCursor(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
