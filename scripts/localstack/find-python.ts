import { execa } from 'execa';
import { StandInUnavailable } from './stand-in-unavailable.ts';

export interface Python {
  readonly path: string;
  /** Tells apart interpreters that cannot share compiled packages, such as `cpython-311-x86_64`. */
  readonly tag: string;
}

const probe = `
import json, platform, sys
try:
    import pip
except ImportError:
    pip = None
print(json.dumps({
    "path": sys.executable,
    "version": platform.python_version(),
    "isRecent": sys.version_info >= (3, 10),
    "hasPip": pip is not None,
    "tag": sys.implementation.cache_tag + "-" + platform.machine(),
}))`;

/** The first Python on the path. @throws {StandInUnavailable} saying what to install. */
export async function findPython(): Promise<Python> {
  for (const name of ['python3', 'python']) {
    const { failed, stdout } = await execa(name, ['-c', probe], { reject: false, stdin: 'ignore' });
    if (failed) continue;
    const { path, tag, version, isRecent, hasPip } = JSON.parse(stdout) as {
      path: string;
      tag: string;
      version: string;
      isRecent: boolean;
      hasPip: boolean;
    };
    if (!isRecent) throw new StandInUnavailable(`${path} is Python ${version}; install 3.10 or later`);
    if (!hasPip) throw new StandInUnavailable(`${path} has no pip; install it (on Debian: python3-pip)`);
    return { path, tag };
  }
  throw new StandInUnavailable('no python3; install Python 3.10 or later with pip (on Debian: python3-pip)');
}
