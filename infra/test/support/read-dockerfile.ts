import { readFileSync } from 'node:fs';
import { repositoryRoot } from '../../preview/repository-root.ts';

export interface Instruction {
  readonly name: string;
  readonly text: string;
}

export interface Stage {
  /** Image or earlier stage. */
  readonly from: string;
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

/** The stages of the Dockerfile, each line that goes on in the next one joined with it. */
export function readDockerfile(): Stage[] {
  const lines = readFileSync(`${repositoryRoot}Dockerfile`, 'utf8')
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const stages: { from: string; name: string; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    const [, name = '', text = ''] = line.match(/^([A-Z]+) +(.*)$/) ?? [];
    if (name === 'FROM') {
      const [from = '', , stage = 'final'] = text.split(' ');
      stages.push({ from, name: stage, instructions: [] });
    } else {
      stages.at(-1)?.instructions.push({ name, text });
    }
  }
  return stages;
}

/** What `COPY` takes from where; `--from` names another stage. */
export function readCopy(text: string): { from: string | null; sources: string[]; target: string } {
  const parts = text.split(' ');
  const from = parts[0]?.startsWith('--from=') ? (parts.shift()?.slice('--from='.length) ?? null) : null;
  return { from, sources: parts.slice(0, -1), target: parts.at(-1) ?? '' };
}
