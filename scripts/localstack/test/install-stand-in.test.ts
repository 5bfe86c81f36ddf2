import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { installStandIn } from '../install-stand-in.ts';
import { StandInUnavailable } from '../stand-in-unavailable.ts';

const test = suite('install stand-in');
const { PATH } = process.env;
const never = new AbortController().signal;
let folder = '';

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'install-'));
});

test.after.each(() => {
  process.env.PATH = PATH;
});

test.after(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('what is installed once is not installed again', async () => {
  const home = await makePython('installs', { pip: 'mkdir -p "$target"; echo once >> "$target/log"' });
  const first = await installStandIn(home, never);
  assert.equal(await installStandIn(home, never), first);
  assert.equal(await readdir(home), [first.folder.slice(home.length + 1)]);
  const { stdout } = await execa('/bin/cat', [join(first.folder, 'log')]);
  assert.is(stdout, 'once');
});

test('without Python, with an old one or without pip it is unavailable and says what to install', async () => {
  process.env.PATH = join(folder, 'nothing');
  await unavailable(join(folder, 'none'), 'no python3; install Python 3.10 or later with pip');
  await unavailable(await makePython('old', { isRecent: false }), 'is Python 3.9.9; install 3.10 or later');
  await unavailable(
    await makePython('bare', { hasPip: false }),
    'has no pip; install it (on Debian: python3-pip)',
  );
});

test('without a package index it is unavailable, says pip’s reason and leaves nothing behind', async () => {
  const home = await makePython('offline', {
    pip: `mkdir -p "$target"; echo "WARNING: Retrying after connection broken by 'NewConnectionError'" >&2; echo "ERROR: No matching distribution" >&2; exit 1`,
  });
  await unavailable(home, 'pip could not install it: No matching distribution');
  assert.equal(await readdir(home), []);
});

test('other bytes than those that are pinned, or none, are a fault, not a machine without a network', async () => {
  for (const reason of [
    'THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.',
    'No matching distribution found for botocore==0.0.0',
  ]) {
    const home = await makePython(reason.slice(0, 5), { pip: `echo "ERROR: ${reason}" >&2; exit 1` });
    const error = await installStandIn(home, never).catch((thrown: unknown) => thrown);
    assert.not.instance(error, StandInUnavailable);
    assert.match(String(error), reason);
  }
});

test('an interruption ends pip', async () => {
  const home = await makePython('slow', { pip: 'exec sleep 30' });
  const startedMs = performance.now();
  await installStandIn(home, AbortSignal.timeout(200)).catch(() => {});
  assert.ok(performance.now() - startedMs < 5_000);
});

/** A python3 first on the path that answers the probe so, and runs `pip` instead of pip. Returns a home for it. */
async function makePython(
  name: string,
  { pip = 'exit 1', isRecent = true, hasPip = true }: { pip?: string; isRecent?: boolean; hasPip?: boolean },
): Promise<string> {
  const home = join(folder, name, 'home');
  const path = join(folder, name, 'python3');
  await mkdir(home, { recursive: true });
  const probed = JSON.stringify({ path, version: '3.9.9', isRecent, hasPip, tag: 'cpython-399' });
  const script = `#!/bin/sh\nif [ "$1" = -c ]; then echo '${probed}'; exit; fi\nfor target; do :; done\n${pip}\n`;
  await writeFile(path, script);
  await chmod(path, 0o755);
  process.env.PATH = `${join(folder, name)}:${PATH}`;
  return home;
}

async function unavailable(home: string, reason: string): Promise<void> {
  const error = await installStandIn(home, never).catch((thrown: unknown) => thrown);
  assert.instance(error, StandInUnavailable);
  assert.ok((error as Error).message.includes(reason), (error as Error).message);
}

test.run();
