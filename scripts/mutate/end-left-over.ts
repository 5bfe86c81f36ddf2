import { findProcesses } from '../testing/find-processes.ts';

/**
 * Ends what a test left running that was started from this folder, which its command line names: without its guard a test
 * may leave processes of their own, hung ones too. Where there is no /proc they stay.
 */
export async function endLeftOver(folder: string): Promise<void> {
  for (const { pid } of await findProcesses('cmdline', folder)) kill(pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
