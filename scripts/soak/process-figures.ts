import { readdir, readFile } from 'node:fs/promises';

/** Resident bytes of a process; null where nothing tells. */
export async function readMemory(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kib = status.match(/^VmRSS:\s+(\d+) kB$/m)?.[1];
  return kib === undefined ? null : 1_024 * Number(kib);
}

/** Open file descriptors of a process; null where nothing tells. */
export async function countDescriptors(pid: number): Promise<number | null> {
  return readdir(`/proc/${pid}/fd`).then(
    (names) => names.length,
    () => null,
  );
}
