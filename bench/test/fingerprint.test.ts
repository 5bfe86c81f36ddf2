import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { deliveryStrategies } from '../../contract/environment.ts';
import { environmentFingerprintSchema, subjectFingerprintSchema } from '../../contract/report.ts';
import { readCgroupLimits } from '../report/fingerprint/read-cgroup-limits.ts';
import { readEnvironmentFingerprint } from '../report/fingerprint/read-environment.ts';
import { readCheckout, readSubjectFingerprint } from '../report/fingerprint/read-subject.ts';

const test = suite('fingerprint');
const folders: string[] = [];

test.after(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

test('the environment fits the schema and holds neither host name nor path', async () => {
  const dataSet = { models: 500, sha256: 'ab'.repeat(32) };
  const environment = environmentFingerprintSchema.parse(
    await readEnvironmentFingerprint({ backend: 'embedded', dataSet }),
  );
  assert.is(environment.node, process.versions.node);
  assert.ok(environment.cpu_cores > 0 && environment.memory_bytes > 0);
  assert.not.ok(Object.values(environment).includes(hostname()));
  assert.not.match(JSON.stringify(environment), process.cwd());
});

test('the subject holds the hash of the lockfile and the settings given', async () => {
  const settings = { delivery: 'buffered', download_concurrency: 32, s3_max_sockets: 150 } as const;
  const subject = subjectFingerprintSchema.parse(
    await readSubjectFingerprint({ computeBackend: 'local', settings }),
  );
  const lockfile = await readFile(new URL('../../package-lock.json', import.meta.url));
  assert.is(subject.lockfile_sha256, createHash('sha256').update(lockfile).digest('hex'));
  assert.is(subject.s3_max_sockets, 150);
  assert.is(subject.download_concurrency, 32);
});

test('the subject tells the bytes for artifacts of every strategy that has them in memory, and of no other', async () => {
  const told = await Promise.all(
    deliveryStrategies.map(async (delivery) => {
      const settings = { delivery, download_concurrency: 32, s3_max_sockets: 150, cache_bytes: 1_000 };
      const { cache_bytes } = await readSubjectFingerprint({ computeBackend: 'local', settings });
      return [delivery, cache_bytes];
    }),
  );
  assert.equal(Object.fromEntries(told), {
    blocking: 1_000,
    buffered: 1_000,
    streamed: undefined,
    cached: 1_000,
    redirected: undefined,
  });
});

test('limits of version 2 are the tightest of the group and all above it', async () => {
  const root = await lay({
    'proc/self/cgroup': '0::/a/b\n',
    'sys/fs/cgroup/a/cpu.max': '150000 100000\n',
    'sys/fs/cgroup/a/memory.max': '1073741824\n',
    'sys/fs/cgroup/a/b/cpu.max': 'max 100000\n',
    'sys/fs/cgroup/a/b/memory.max': '2147483648\n',
  });
  assert.equal(await readCgroupLimits(root), { cpuCores: 1.5, memoryBytes: 1_073_741_824 });
});

test('limits of version 1 are read from the hierarchy of each controller', async () => {
  const root = await lay({
    'proc/self/cgroup': '5:memory:/m\n4:cpu,cpuacct:/c\n0::/\n',
    'sys/fs/cgroup/cpu/c/cpu.cfs_quota_us': '200000\n',
    'sys/fs/cgroup/cpu/c/cpu.cfs_period_us': '100000\n',
    'sys/fs/cgroup/memory/m/memory.limit_in_bytes': '536870912\n',
    'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
  });
  assert.equal(await readCgroupLimits(root), { cpuCores: 2, memoryBytes: 536_870_912 });
});

test('inside a container, where the outer names do not exist, the top of the hierarchy counts', async () => {
  const root = await lay({
    'proc/self/cgroup': '0::/outer/names\n',
    'sys/fs/cgroup/cpu.max': '50000 100000\n',
    'sys/fs/cgroup/memory.max': 'max\n',
  });
  assert.equal(await readCgroupLimits(root), { cpuCores: 0.5, memoryBytes: 'none' });
});

test('no limit is none, unreadable ones are unavailable', async () => {
  const unlimited = await lay({
    'proc/self/cgroup': '2:cpu:/\n1:memory:/\n',
    'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
    'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
  });
  assert.equal(await readCgroupLimits(unlimited), { cpuCores: 'none', memoryBytes: 'none' });
  const garbled = await lay({ 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': 'a lot\n' });
  assert.equal(await readCgroupLimits(garbled), { cpuCores: 'unavailable', memoryBytes: 'unavailable' });
  assert.equal(await readCgroupLimits(await lay({})), { cpuCores: 'unavailable', memoryBytes: 'unavailable' });
});

test('a checkout is clean, clean with new reports, and dirty with any other change', async () => {
  const folder = await lay({ 'a.txt': 'a', 'sub/b.txt': 'b' });
  await git(folder, 'init', '--quiet');
  await git(folder, 'add', '.');
  await git(folder, '-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '--quiet', '-m', 'a');
  const { stdout: commit } = await git(folder, 'rev-parse', 'HEAD');
  assert.equal(await readCheckout(folder), { git_commit: commit, git_dirty: false });
  await write(folder, 'reports/x/1/report.md', 'new');
  assert.equal(await readCheckout(folder), { git_commit: commit, git_dirty: false });
  await write(folder, 'new.txt', 'new');
  assert.equal(await readCheckout(folder), { git_commit: commit, git_dirty: true });
  assert.equal(await readCheckout(join(folder, 'sub')), {
    git_commit: 'unavailable',
    git_dirty: 'unavailable',
  });
});

test('outside a checkout, commit and dirty flag are unavailable', async () => {
  assert.equal(await readCheckout(await lay({})), { git_commit: 'unavailable', git_dirty: 'unavailable' });
});

test.run();

async function lay(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'modelrig-fingerprint-'));
  folders.push(folder);
  for (const [path, content] of Object.entries(files)) await write(folder, path, content);
  return folder;
}

async function write(folder: string, path: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

function git(folder: string, ...args: string[]) {
  return execa('git', args, { cwd: folder });
}
