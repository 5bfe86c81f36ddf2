import { createRequire } from 'node:module';
import { execa } from 'execa';
import type { StackValues } from '../config.ts';
import { startEngine } from './engine-server.ts';
import { type RecordedResource, startMonitor } from './monitor-server.ts';
import { repositoryRoot } from './repository-root.ts';

export interface PreviewOptions {
  readonly stack: string;
  /** Full keys, such as `modelrig:prod`. */
  readonly values: StackValues;
  /**
   * `unknown`: what only AWS could tell stays open, as in a first real preview. `known`: it is made up, so that every
   * input of every resource is complete.
   */
  readonly mode: 'known' | 'unknown';
  /** For the program, beside what it needs to run. */
  readonly env?: Readonly<Record<string, string>>;
  /** Further arguments of Node. */
  readonly nodeArguments?: readonly string[];
}

export interface Preview {
  /** In the order of their URNs, for the recorded one is not the program's. */
  readonly resources: readonly RecordedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
}

const runProgram = createRequire(import.meta.url).resolve('@pulumi/pulumi/cmd/run/index.js');
/** A program takes some seconds; on a machine that is busy with other things, far more. */
const limitMs = 180_000;

/**
 * Runs the program as `pulumi preview` does, by Pulumi's own language host, against an engine that records instead of
 * asking AWS. Needs no CLI, no account and no network.
 * @throws {Error} with what the program said when it fails.
 */
export async function previewStack(options: PreviewOptions): Promise<Preview> {
  const { stack, values, mode } = options;
  const project = 'modelrig';
  const region = values['aws:region'] ?? '';
  const monitor = await startMonitor({ project, stack, region, mode });
  const engine = await startEngine();
  try {
    const { exitCode, timedOut, all } = await execa(
      process.execPath,
      [
        ...(options.nodeArguments ?? []),
        runProgram,
        `--monitor=${monitor.address}`,
        `--engine=${engine.address}`,
        `--project=${project}`,
        `--stack=${stack}`,
        '--organization=organization',
        '--parallel=16',
        '--dry-run',
        `--root-directory=${repositoryRoot}`,
        `--pwd=${repositoryRoot}infra`,
        '.',
      ],
      {
        extendEnv: false,
        env: {
          PATH: process.env.PATH,
          NO_COLOR: '1',
          NODE_COMPILE_CACHE: `${repositoryRoot}node_modules/.cache/compile`,
          PULUMI_NODEJS_TYPESCRIPT: 'false',
          PULUMI_NODEJS_PROJECT: project,
          PULUMI_NODEJS_STACK: stack,
          PULUMI_CONFIG: JSON.stringify(values),
          PULUMI_CONFIG_SECRET_KEYS: '[]',
          ...options.env,
        },
        stdin: 'ignore',
        all: true,
        reject: false,
        timeout: limitMs,
      },
    );
    const { warnings, errors } = engine;
    if (exitCode !== 0 || errors.length > 0) {
      const end = timedOut ? `did not end within ${limitMs / 1_000} s` : `ended with exit code ${exitCode}`;
      throw new Error([`The program ${end}.`, ...errors, all].join('\n').trim());
    }
    return { resources: monitor.listResources(), outputs: monitor.readOutputs(), warnings };
  } finally {
    monitor.stop();
    engine.stop();
  }
}
