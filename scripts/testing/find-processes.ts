import { readdir, readFile } from 'node:fs/promises';

/** Another process, by what Linux tells of it. */
export interface FoundProcess {
  readonly pid: number;
  readonly command: string;
}

/** All others whose command line or environment holds the text; none where there is no /proc. */
export async function findProcesses(file: 'cmdline' | 'environ', text: string): Promise<FoundProcess[]> {
  const names = await readdir('/proc').catch(() => []);
  const found: FoundProcess[] = [];
  for (const pid of names.filter((name) => /^\d+$/.test(name)).map(Number)) {
    if (pid === process.pid || !(await read(pid, file)).includes(text)) continue;
    found.push({ pid, command: await read(pid, 'cmdline') });
  }
  return found;
}

/** Empty of one that has ended. */
function read(pid: number, file: string): Promise<string> {
  return readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
}
