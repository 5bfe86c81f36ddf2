import { readFileSync } from 'node:fs';

/** The pids of a process's children, as Linux knows them. */
export function listChildren(pid: number): number[] {
  const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return pids.split(' ').filter(Boolean).map(Number);
}
