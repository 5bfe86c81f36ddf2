import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** SHA-256, hexadecimal, of the source file of a scenario that comes along: the file has the scenario's name. */
export async function hashScenario(name: string): Promise<string> {
  const source = await readFile(new URL(`${name}.ts`, import.meta.url));
  return createHash('sha256').update(source).digest('hex');
}
