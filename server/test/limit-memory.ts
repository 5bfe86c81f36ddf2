import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

export interface MemoryLimit {
  /** Puts the shell that runs it, and what it starts, under the limit. */
  readonly prelude: string;
  /** Once no process is under it any more. */
  close(): Promise<void>;
}

/** Where the two versions of cgroups have the memory that a group may take. */
const hierarchies = [
  { root: '/sys/fs/cgroup', limitFile: 'memory.max' },
  { root: '/sys/fs/cgroup/memory', limitFile: 'memory.limit_in_bytes' },
];

/** A cgroup whose processes may take so much memory, as a container's; null where none can be made, or Node does not see it. */
export async function openMemoryLimit(limitBytes: number): Promise<MemoryLimit | null> {
  for (const { root, limitFile } of hierarchies) {
    const folder = `${root}/modelrig-test-${process.pid}`;
    const limit = {
      prelude: `echo $$ > ${folder}/cgroup.procs`,
      close: () => removeGroup(folder),
    };
    try {
      await mkdir(folder);
    } catch {
      continue;
    }
    try {
      await writeFile(`${folder}/${limitFile}`, String(limitBytes), { flag: 'r+' });
      if ((await readLimit(limit.prelude)) === limitBytes) return limit;
    } catch {
      // Of the other version, or without the memory of its groups.
    }
    await limit.close();
  }
  return null;
}

/** As the service reads it. */
async function readLimit(prelude: string): Promise<number> {
  const node = [process.execPath, '-p', 'process.constrainedMemory()'];
  const { stdout } = await execa('sh', ['-c', `${prelude} && exec "$0" "$@"`, ...node]);
  return Number(stdout);
}

/** The kernel forgets a process that has ended some moments later. */
async function removeGroup(folder: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await rmdir(folder);
    } catch (error) {
      if (attempt === 100) throw error;
      await sleep(50);
    }
  }
}
