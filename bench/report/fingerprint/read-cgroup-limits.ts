import { readFile } from 'node:fs/promises';

type Limit = number | 'none' | 'unavailable';

interface CgroupLimits {
  /** In cores, such as 1.5. */
  readonly cpuCores: Limit;
  readonly memoryBytes: Limit;
}

/** Without a limit, version 1 answers with the largest page-aligned number instead of a word. */
const unlimitedBytes = 2 ** 62;

/**
 * The tightest limits on this process, its cgroup's and those of all above it, by version 1 or 2 of the interface.
 * `root` is where the system's files begin.
 */
export async function readCgroupLimits(root = ''): Promise<CgroupLimits> {
  const membership = await readText(`${root}/proc/self/cgroup`);
  if (membership === null) return { cpuCores: 'unavailable', memoryBytes: 'unavailable' };
  const groups = parseMembership(membership);
  return {
    cpuCores: await readTightest(root, groups, 'cpu', readCpuLimit),
    memoryBytes: await readTightest(root, groups, 'memory', readMemoryLimit),
  };
}

interface Group {
  /** Of version 1; empty for version 2, which has all in one. */
  readonly controllers: readonly string[];
  readonly path: string;
}

/** Lines such as `4:memory:/a/b` (version 1) and `0::/a/b` (version 2). */
function parseMembership(text: string): Group[] {
  return text.split('\n').flatMap((line) => {
    const [, controllers, ...path] = line.split(':');
    if (controllers === undefined) return [];
    return [{ controllers: controllers.split(',').filter(Boolean), path: path.join(':') }];
  });
}

type ReadLimit = (folder: string, version: 1 | 2) => Promise<number | 'none' | null>;

async function readTightest(
  root: string,
  groups: readonly Group[],
  controller: string,
  read: ReadLimit,
): Promise<Limit> {
  const group =
    groups.find(({ controllers }) => controllers.includes(controller)) ??
    groups.find(({ controllers }) => controllers.length === 0);
  if (group === undefined) return 'unavailable';
  const version = group.controllers.length === 0 ? 2 : 1;
  const mount = version === 2 ? `${root}/sys/fs/cgroup` : `${root}/sys/fs/cgroup/${controller}`;
  const found = await Promise.all(listAncestors(group.path).map((path) => read(`${mount}${path}`, version)));
  const readable = found.filter((limit) => limit !== null);
  if (readable.length === 0) return 'unavailable';
  const limits = readable.filter((limit) => limit !== 'none');
  return limits.length === 0 ? 'none' : Math.min(...limits);
}

/** `/a/b` -> `/a/b`, `/a` and the top: inside a container the outer names may not exist, and the top is its own. */
function listAncestors(path: string): string[] {
  const parts = path.split('/').filter(Boolean);
  return [...parts.keys(), parts.length].map((length) =>
    parts
      .slice(0, length)
      .map((part) => `/${part}`)
      .join(''),
  );
}

async function readCpuLimit(folder: string, version: 1 | 2): Promise<number | 'none' | null> {
  if (version === 2) {
    const [quota, period] = (await readText(`${folder}/cpu.max`))?.trim().split(/\s+/) ?? [];
    return toCores(quota, period, 'max');
  }
  const quota = await readText(`${folder}/cpu.cfs_quota_us`);
  const period = await readText(`${folder}/cpu.cfs_period_us`);
  return toCores(quota?.trim(), period?.trim(), '-1');
}

function toCores(
  quota: string | undefined,
  period: string | undefined,
  unlimited: string,
): number | 'none' | null {
  if (quota === unlimited) return 'none';
  const cores = Number(quota) / Number(period);
  return Number.isFinite(cores) && cores > 0 ? cores : null;
}

async function readMemoryLimit(folder: string, version: 1 | 2): Promise<number | 'none' | null> {
  const text = await readText(`${folder}/${version === 2 ? 'memory.max' : 'memory.limit_in_bytes'}`);
  if (text === null) return null;
  if (text.trim() === 'max') return 'none';
  const bytes = Number(text.trim());
  if (!Number.isInteger(bytes) || text.trim() === '') return null;
  return bytes >= unlimitedBytes ? 'none' : bytes;
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return null;
  }
}
