import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { StackValues } from '../config.ts';
import { repositoryRoot } from './repository-root.ts';

/**
 * The values of `Pulumi.<stack>.yaml` as the program gets them: texts, and JSON for lists and objects.
 * @throws {Error} when there is no such file, or it holds a secret, which only the CLI could read.
 */
export async function readStackFile(stack: string): Promise<StackValues> {
  const name = `Pulumi.${stack}.yaml`;
  const { config = {} } = parse(await readFile(`${repositoryRoot}${name}`, 'utf8')) as {
    config?: Record<string, unknown>;
  };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, toText(name, key, value)]));
}

function toText(file: string, key: string, value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('secure' in value)
    throw new Error(`${file} holds ${key} encrypted; a preview without the CLI cannot read it.`);
  return JSON.stringify(value);
}
