import { availableParallelism } from 'node:os';
import type { Ceiling } from '../../contract/report.ts';
import { startCalibrator } from '../measure/start-calibrator.ts';
import { formatBytes, formatCount, formatFigure, formatMiBPerSecond } from '../report/format.ts';
import { figures, layOutGroups, prose } from '../report/terminal-layout.ts';
import { defineScenario } from '../scenario/define-scenario.ts';
import type { CommandLine } from './command-line.ts';
import { CommandError, exitCodes } from './exit-codes.ts';
import { checkFlags } from './parse-flags.ts';
import { Terminal } from './terminal.ts';

export interface CalibrateFlags {
  readonly vus: string;
  readonly bytes: string;
  readonly json?: true;
}

/** The headline's load: as many clients, and bodies as large. */
export const defaultCalibration = { vus: '100', bytes: '24834009' } as const;

interface Looks {
  readonly vus: number;
  readonly bytes: number;
  readonly cores: number;
  readonly looks: readonly Ceiling[];
}

/** `calibrate`: what generator and null server do together on this machine, looked at twice. */
export async function calibrate(
  { stdout, stderr, signal }: CommandLine,
  flags: CalibrateFlags,
): Promise<number> {
  const { vus, bytes, json } = flags;
  checkFlags({ vus, bytes });
  const scenario = defineScenario({
    name: 'calibrate',
    executor: 'constant-vus',
    vus: Number(vus),
    duration: '1s',
    request: { path: '/', expect: { bytes: Number(bytes) } },
  });
  const looks: Ceiling[] = [];
  const terminal = new Terminal(stderr);
  try {
    const calibrator = await startCalibrator(signal);
    try {
      while (looks.length < 2) {
        terminal.show(`look ${looks.length + 1} of 2, about three seconds`);
        looks.push(await calibrator.measureCeiling(scenario, [], signal));
      }
    } finally {
      terminal.close();
      await calibrator.stop();
    }
  } catch (error) {
    if (signal.aborted) throw new CommandError('Stopped: nothing was measured.', { cause: error });
    throw error;
  }
  const document = { vus: Number(vus), bytes: Number(bytes), cores: availableParallelism(), looks };
  stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : `\n${renderLooks(document)}\n`);
  return exitCodes.ok;
}

function renderLooks({ vus, bytes, cores, looks }: Looks): string {
  const clients = `${formatCount(vus)} ${vus === 1 ? 'client' : 'clients'}`;
  const lowest = Math.min(...looks.map(({ bytes_per_second }) => bytes_per_second));
  const rows = looks.map((look, index) => figures(`look ${index + 1}`, describeCeiling(look)));
  const machine = `this machine of ${formatCount(cores)} ${cores === 1 ? 'core' : 'cores'}`;
  return [
    `modelrig  calibrate · ${clients} × ${formatBytes(bytes)} from a null server`,
    '',
    layOutGroups([
      rows,
      [
        prose(
          'ceiling',
          `${formatMiBPerSecond(lowest)}: what generator and null server together do for certain on ${machine}. It is the lower look, as in a run: one that gets more than 80 % of it is called client-bound.`,
        ),
      ],
    ]),
  ].join('\n');
}

function describeCeiling({ bytes_per_second, requests_per_second, cpu_seconds_per_gb }: Ceiling): string[] {
  return [
    formatMiBPerSecond(bytes_per_second),
    `${formatFigure(requests_per_second)} requests/s`,
    ...(cpu_seconds_per_gb === null ? [] : [`${formatFigure(cpu_seconds_per_gb)} CPU-s/GB of the generator`]),
  ];
}
