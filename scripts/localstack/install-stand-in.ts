import { createHash } from 'node:crypto';
import { access, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { findPython } from './find-python.ts';
import { StandInUnavailable } from './stand-in-unavailable.ts';

export interface InstalledStandIn {
  /** The interpreter for which `folder` was filled. */
  readonly python: string;
  readonly folder: string;
}

const ownRequirements = fileURLToPath(new URL('requirements.txt', import.meta.url));
const installLimitMs = 90_000;

/**
 * Puts what a requirements file pins, that of the stand-in unless told otherwise, into a folder of its own below `home`, or finds it there. pip fills a plain folder:
 * that needs no virtual environment, whose module Debian packs apart, and no leave of an externally managed Python.
 * An interruption ends pip.
 * @throws {StandInUnavailable} when this machine lacks Python, pip or the way to a package index.
 */
export async function installStandIn(
  home: string,
  interruption: AbortSignal,
  requirements = ownRequirements,
): Promise<InstalledStandIn> {
  const python = await findPython();
  const digest = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  const folder = join(home, `${python.tag}-${digest.slice(0, 12)}`);
  if (!(await exists(folder))) await install({ python: python.path, folder, requirements }, interruption);
  return { python: python.path, folder };
}

async function install(
  { python, folder, requirements }: InstalledStandIn & { requirements: string },
  interruption: AbortSignal,
): Promise<void> {
  // It gets its name when it is whole: an interrupted installation is never taken for one.
  const unfinished = `${folder}.unfinished-${process.pid}`;
  try {
    await runPip(python, ['--requirement', requirements, '--target', unfinished], interruption);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another process may have been quicker.
    if (!(await exists(folder))) throw error;
  }
}

async function runPip(python: string, what: readonly string[], interruption: AbortSignal): Promise<void> {
  const { failed, timedOut, all } = await execa(python, [...pip, ...what], {
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout: installLimitMs,
    cancelSignal: interruption,
    env: { PIP_REQUIRE_VIRTUALENV: '0', NO_COLOR: '1' },
  });
  if (!failed) return;
  const reason = timedOut ? `not done after ${installLimitMs / 1_000} s` : findReason(all);
  if (timedOut || networkFault.test(all)) {
    throw new StandInUnavailable(`pip could not install it: ${reason}`);
  }
  // Other bytes than those pinned, or none: a fault to be looked into, not a machine without a network.
  throw new Error(`pip install: ${reason}`);
}

/** pip says these before it ends with the same error as for a package that does not exist. */
const networkFault =
  /connection broken by|Max retries exceeded|Could not fetch URL|Read timed out|ConnectionError|ProxyError/;

const pip: readonly string[] = [
  ...['-m', 'pip', 'install', '--require-hashes', '--no-deps', '--no-user'],
  ...['--only-binary', ':all:', '--disable-pip-version-check', '--no-input', '--quiet', '--retries', '1'],
];

function findReason(output: string): string {
  const errors = output.split('\n').filter((line) => line.startsWith('ERROR: '));
  return errors[0]?.slice('ERROR: '.length) ?? output.trim().split('\n').at(-1) ?? 'it said nothing';
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
