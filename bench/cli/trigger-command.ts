import { once } from 'node:events';
import type { Command } from 'commander';
import { environment } from '../../contract/environment.ts';
import { routes } from '../../contract/routes.ts';
import { mostLocalRunners } from '../../contract/workload.ts';
import type { CommandLine } from './command-line.ts';
import { addOutputOptions, type OutputFlags, prepareOutput } from './output.ts';
import { checkFlags } from './parse-flags.ts';
import { parseWorkload } from './parse-workload.ts';
import { runAndReport } from './run-and-report.ts';
import { ServiceClient } from './service-client.ts';
import { type WorkloadFlags, workloadFlags } from './workload-flags.ts';

/** Of the two forms that go through a service's trigger. */
export function addWorkloadOptions(command: Command): Command {
  for (const { name, value, help } of workloadFlags) {
    command.option(value === null ? `--${name}` : `--${name} ${value}`, help);
  }
  return addOutputOptions(command);
}

export interface LocalFlags {
  /** The service outlives its run, so that the run's page can be looked at. */
  readonly open?: true;
}

/** `npm run bench`: a registry of its own on this machine, loaded through its trigger. */
export async function benchLocally(
  commandLine: CommandLine,
  flags: WorkloadFlags & OutputFlags & LocalFlags,
): Promise<number> {
  const workload = parseWorkload(flags, {
    delivery: commandLine.env.DELIVERY || environment.DELIVERY.default,
    mostRunners: mostLocalRunners,
  });
  const output = await prepareOutput(commandLine, flags);
  const service = await commandLine.startLocalService(output.terminal, commandLine.signal);
  try {
    const client = new ServiceClient(service.url, service.token);
    const exitCode = await runAndReport({ client, isOwn: true }, workload, output, commandLine.signal);
    if (flags.open && !commandLine.signal.aborted) {
      output.terminal.warn(`The service goes on at ${service.url}${routes.dashboard} until Ctrl-C.`);
      await once(commandLine.signal, 'abort');
    }
    return exitCode;
  } finally {
    await service.stop();
  }
}

/** `trigger`: a service that is already running, loaded through its trigger. */
export async function benchService(
  commandLine: CommandLine,
  flags: WorkloadFlags & OutputFlags & { readonly url: string },
): Promise<number> {
  const workload = parseWorkload(flags);
  checkFlags({ url: flags.url });
  const output = await prepareOutput(commandLine, flags);
  const client = new ServiceClient(flags.url, commandLine.env.TRIGGER_TOKEN || null);
  return await runAndReport({ client, isOwn: false }, workload, output, commandLine.signal);
}
