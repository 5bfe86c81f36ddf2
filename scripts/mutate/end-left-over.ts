import { readdir, readFile } from 'node:fs/promises';

/**
 * Ends what a test left running that was started from this folder, which its command line names: without its guard a test
 * may leave processes of their own, hung ones too. Where there is no /proc they stay.
 */
export async function endLeftOver(folder: string): Promise<void> {
  const names = await readdir('/proc').catch(() => []);
  for (const pid of names.filter((name) => /^\d+$/.test(name)).map(Number)) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (pid !== process.pid && command.includes(folder)) kill(pid);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
