import type { Experiment, ExperimentRound } from '../../../contract/experiment.ts';
import { formatFigure, formatMiB, joinWords } from '../../report/format.ts';
import { escapeMarkdown, section, table } from '../../report/markdown/markdown.ts';
import { findPrimary, shortTitle } from '../describe-verdict.ts';
import { formatMetric } from '../format-metric.ts';

/** Where it ran, every round in order of time, and the command that does it again. */
export function renderRounds(experiment: Experiment): string {
  const { environment, design, rounds, origin } = experiment;
  const primary = findPrimary(experiment);
  const order =
    design.seed === null
      ? 'Nobody drew the order of the runs.'
      : `A coin with the seed ${design.seed} drew which arm came first in each pair.`;
  return section(
    'Rounds',
    `${order} Looks after ${design.looks.join(', ')} pairs.`,
    table(
      ['pair', 'order', 'arm', primary ? shortTitle(primary) : 'figure', 'run', 'verdict', 'started (UTC)'],
      rounds.map((round) => describeRound(round, primary?.metric ?? '', primary?.unit ?? '')),
      'rrlrlll',
    ),
    table(
      ['Environment', ''],
      [
        ['CPU', `${environment.cpu_model}, ${environment.cpu_cores} cores`],
        ['memory', formatMiB(environment.memory_bytes)],
        [
          'cgroup limits',
          `CPU: ${showLimit(environment.cgroup_cpu_limit, formatFigure)}; memory: ${showLimit(environment.cgroup_memory_limit_bytes, formatMiB)}`,
        ],
        ['kernel', environment.kernel],
        ['runtime', `Node ${environment.node}, V8 ${environment.v8}`],
        ['S3 and DynamoDB', environment.backend],
        ...(environment.data_set === 'unavailable'
          ? []
          : [
              [
                'data set',
                `${environment.data_set.models} models, SHA-256 ${environment.data_set.sha256.slice(0, 12)}`,
              ],
            ]),
      ].map((row) => row.map(escapeMarkdown)),
      'll',
    ),
    ...(experiment.left_out.length === 0
      ? []
      : [`A version may take 1 MB, so this one lacks ${joinWords(experiment.left_out)}.`]),
    describeRepetition(experiment, origin),
  );
}

function describeRound(round: ExperimentRound, metric: string, unit: string): string[] {
  const { pair, position, phase, run_id, verdict, labels, started_at, report } = round;
  const name = `\`${run_id.slice(0, 8)}\``;
  return [
    String(pair),
    position === 1 ? 'first' : 'second',
    phase,
    formatMetric(round.figures[metric] ?? null, unit),
    report === null ? name : `[${name}](${report})`,
    [verdict.value, ...labels.map(({ label }) => label)].join(', '),
    started_at.slice(0, 19).replace('T', ' '),
  ];
}

function showLimit(limit: number | string, format: (value: number) => string): string {
  return typeof limit === 'number' ? format(limit) : limit;
}

function describeRepetition({ name, definition, command }: Experiment, origin: Experiment['origin']): string {
  const repetition = command ?? (definition === null ? null : `npm run experiment -- ${name}`);
  if (repetition !== null) return `To do it again:\n\n\`\`\`sh\n${repetition}\n\`\`\``;
  if (origin.kind === 'service') {
    const where = origin.url === null ? 'a service' : escapeMarkdown(origin.url);
    return `From ${where}, whose version ${origin.number ?? '?'} of this experiment it is. To do it again, trigger runs with \`"experiment": "${name}"\` and \`"phase": "before"\` or \`"after"\`.`;
  }
  return `Made of runs that were named: \`npm run bench -- report --before RUN... --after RUN... --as ${name}\`.`;
}
