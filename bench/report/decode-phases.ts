import { gunzipSync } from 'node:zlib';
import { type PhasesDocument, phasesDocumentSchema } from '../../contract/telemetry.ts';

/** Of about 30,000 requests, which no instance tells one by one. */
const mostBytes = 50_000_000;

/** @throws {Error} in words, when the bytes are no `phases.json.gz`. */
export function decodePhases(document: Uint8Array): PhasesDocument {
  let content: unknown;
  try {
    content = JSON.parse(gunzipSync(document, { maxOutputLength: mostBytes }).toString('utf8'));
  } catch (error) {
    throw new Error(`The phases are damaged (${(error as Error).message}).`, { cause: error });
  }
  const parsed = phasesDocumentSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`The phases are damaged: ${issue?.path.join('.')}: ${issue?.message}.`);
}
