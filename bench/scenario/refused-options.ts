import { executorSchemas } from './scenario-options.ts';

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
  body: 'only GET and HEAD are measured, which have no body',
};

/** What to say about an option that the executor does not take: whose it is, or what to do instead. */
export function adviseOn(option: string, executor: keyof typeof executorSchemas): string {
  const known = instead[option];
  if (known !== undefined) return `nothing of this name: ${known}`;
  const owners = Object.entries(executorSchemas)
    .filter(([, schema]) => option in schema.shape)
    .map(([name]) => name);
  if (owners.length > 0) return `nothing of this name for ${executor}: it belongs to ${owners.join(', ')}`;
  return `${Object.keys(executorSchemas[executor].shape).join(', ')}`;
}
