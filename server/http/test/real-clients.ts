import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import * as assert from 'uvu/assert';

export interface RealClient {
  readonly name: string;
  /** The Debian package that has it. */
  readonly debianPackage: string;
  /** Less than each of its connections would carry if nothing cut them. */
  readonly cutAfterBytes: number;
  /** Resumes as often as it takes; fails when that is oftener than any of these tests should need. */
  readonly download: (url: string, file: string) => Promise<void>;
}

const attemptLimit = 20;

/** What people download models with. */
export const realClients: readonly RealClient[] = [
  {
    name: 'curl -C -',
    debianPackage: 'curl',
    cutAfterBytes: 3_000_000,
    async download(url, file) {
      // Its own retries begin where the first attempt began; so it is started again instead.
      for (let attempt = 1; ; attempt += 1) {
        const { exitCode, stderr } = await run('curl', ['-q', '-sSfL', '-C', '-', '-o', file, url]);
        if (exitCode === 0) return;
        assert.ok(attempt < attemptLimit, stderr);
      }
    },
  },
  {
    name: 'wget -c',
    debianPackage: 'wget',
    cutAfterBytes: 3_000_000,
    async download(url, file) {
      const options = ['--no-config', '--no-hsts', '-nv', `--tries=${attemptLimit}`, '--waitretry=0'];
      const { exitCode, stderr } = await run('wget', [...options, '-c', '-O', file, url]);
      assert.is(exitCode, 0, stderr);
    },
  },
  {
    name: 'aria2c -x8',
    debianPackage: 'aria2',
    cutAfterBytes: 900_000,
    async download(url, file) {
      const options = ['--no-conf', '--quiet', '--file-allocation=none', '--max-tries=0', '--retry-wait=0'];
      const split = ['-x8', '-s8', '-k1M'];
      const { exitCode, stdout } = await run('aria2c', [
        ...options,
        ...split,
        '-d',
        '/',
        '-o',
        file.slice(1),
        url,
      ]);
      assert.is(exitCode, 0, stdout);
    },
  },
];

export async function isInstalled({ name }: RealClient): Promise<boolean> {
  return !(await run(name.split(' ')[0] ?? '', ['--version'])).failed;
}

/** The digest of what the client has in the end. */
export async function downloadWith(client: RealClient, url: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'modelrig-client-'));
  try {
    const file = join(folder, 'model.zip');
    await client.download(url, file);
    return `sha256:${createHash('sha256')
      .update(await readFile(file))
      .digest('hex')}`;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** With nothing of this machine's own settings, such as proxies. */
function run(program: string, args: readonly string[]) {
  const env = { PATH: process.env.PATH };
  return execa(program, args, { env, extendEnv: false, reject: false, timeout: 30_000 });
}
