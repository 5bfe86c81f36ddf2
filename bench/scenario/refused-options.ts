import { requestSchema } from './request-options.ts';
import { executorSchemas } from './scenario-options.ts';
import { show } from './show-value.ts';
import { suggest } from './suggest.ts';

/** k6's options that this engine has no counterpart for, each with what to do instead. */
const instead: Readonly<Record<string, string>> = {
  exec: 'a scenario makes one declarative request; write a scenario for each function',
  default: 'a scenario makes one declarative request, no arbitrary code; use `request`',
  env: 'read the environment where the scenario is started and pass values',
  startTime: 'run scenarios one after the other; each is a run of its own',
  scenarios: 'one scenario a file; run them one after the other',
  batch: 'a virtual user makes one request at a time; give the scenario more `vus`',
  batchPerHost: 'a virtual user makes one request at a time; give the scenario more `vus`',
  http: 'describe the one request in `request`: method, path, headers, range, expect',
  gracefulRampDown: 'a virtual user always ends the request it is making; `timeout` bounds that',
  startRate: 'the ramping-arrival-rate executor is not built; use constant-arrival-rate',
  sleep: 'requests follow each other at once; use constant-arrival-rate to space them',
  noConnectionReuse: 'connections are kept as the service allows it',
  insecureSkipTLSVerify: 'give the certificate by NODE_EXTRA_CA_CERTS; unverified targets are not measured',
  discardResponseBodies: 'bodies are never kept, always counted and hashed on a sample (`digestSampleRate`)',
  rps: 'use the constant-arrival-rate executor with `rate`',
  handleSummary: 'reports are rendered from the ledger by `show`',
  cloud: 'runs are started by this harness alone',
};

/** What k6 says of a request by other means. */
const insteadInRequest: Readonly<Record<string, string>> = {
  body: 'only GET and HEAD are measured, which have no body',
  url: 'the target is given where the run is started; use `path`',
  params: '`headers` stand in the request itself, `timeout`, `tags` and `checks` in the scenario',
  tags: '`name` tells kinds of requests apart; `tags` belong to the scenario',
  timeout: '`timeout` belongs to the scenario',
};

/** k6's executors that are not among ours. */
const insteadOfExecutor: Readonly<Record<string, string>> = {
  'ramping-arrival-rate': 'the rate cannot change; use constant-arrival-rate',
  'externally-controlled': 'nothing steers a load from outside; use ramping-vus',
};

/** What is wrong with options that name no executor of ours; `options` may be anything. */
export function adviseOnExecutor(options: unknown): string[] {
  const allowed = Object.keys(executorSchemas).join(', ');
  if (typeof options !== 'object' || options === null) {
    return [
      `it is ${show(options)}; allowed: an object with \`name\`, \`executor\` and so on: ${instead.default}`,
    ];
  }
  const { executor } = options as { readonly executor?: unknown };
  const advice = typeof executor === 'string' ? insteadOfExecutor[executor] : adviseOnShortcut(options);
  return [
    `executor is ${show(executor)}; allowed: ${allowed}${advice ? `: ${advice}` : ''}`,
    ...Object.entries(options)
      .filter(([option]) => Object.hasOwn(instead, option))
      .map(([option]) => `\`${option}\` does not exist here: ${instead[option]}`),
  ];
}

/** k6 takes an executor from what is there. */
function adviseOnShortcut(options: object): string | undefined {
  if ('stages' in options) return '`stages` alone mean ramping-vus in k6; say so';
  if ('iterations' in options) return '`iterations` alone mean shared-iterations in k6; say so';
  if ('duration' in options) return '`duration` alone means constant-vus in k6; say so';
  return undefined;
}

/** As `adviseOn`, for what stands in `request`. */
export function adviseOnRequest(option: string): string {
  return describeUnknown(`request.${option}`, option, insteadInRequest, Object.keys(requestSchema.shape));
}

/** What to say about an option that the executor does not take: whose it is, or what to do instead. */
export function adviseOn(option: string, executor: keyof typeof executorSchemas): string {
  const owners = Object.entries(executorSchemas)
    .filter(([, schema]) => option in schema.shape)
    .map(([name]) => name);
  if (owners.length > 0) {
    return `\`${option}\` does not exist for ${executor}: it belongs to ${owners.join(', ')}`;
  }
  return describeUnknown(option, option, instead, Object.keys(executorSchemas[executor].shape));
}

function describeUnknown(
  path: string,
  option: string,
  known: Readonly<Record<string, string>>,
  allowed: readonly string[],
): string {
  const advice = Object.hasOwn(known, option) ? known[option] : undefined;
  if (advice !== undefined) return `\`${path}\` does not exist here: ${advice}`;
  return `\`${path}\` does not exist here${suggest(option, allowed) || ';'} allowed: ${allowed.join(', ')}`;
}
