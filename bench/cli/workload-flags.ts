import { deliveryStrategies } from '../../contract/environment.ts';
import { scenarioNames } from '../../contract/workload.ts';

/** The flags that a workload is made of, each with the field of the trigger's body that it fills. */
export const workloadFlags = [
  {
    name: 'scenario',
    option: 'scenario',
    value: '<name>',
    field: 'scenario',
    help: `what the load does: ${scenarioNames.join(', ')} (default: burst-100)`,
  },
  {
    name: 'clients',
    option: 'clients',
    value: '<n>',
    field: 'num_clients',
    help: "clients at once, 1 to 1000 for each runner (default: the scenario's, 100 of burst-100)",
  },
  {
    name: 'requests',
    option: 'requests',
    value: '<n>',
    field: 'requests_per_client',
    help: "requests that each client makes, 1 to 10000 (default: the scenario's, 1 of burst-100)",
  },
  {
    name: 'model',
    option: 'model',
    value: '<id>',
    field: 'model_id',
    help: 'the model they download (default: arnir0/Tiny-LLM)',
  },
  {
    name: 'duration',
    option: 'duration',
    value: '<seconds>',
    field: 'duration_seconds',
    help: "deadline of each request, at which the load ends, too, 1 to 3600, as 60 or 60s (default: the scenario's, 300 of burst-100)",
  },
  {
    name: 'runners',
    option: 'runners',
    value: '<n>',
    field: 'runner_tasks',
    help: 'how many runners share the load: processes on this machine, Fargate tasks on AWS (default: 1)',
  },
  {
    name: 'allow-fewer',
    option: 'allowFewer',
    value: null,
    field: 'allow_fewer',
    help: 'let the runners that are there share the whole load when others do not come',
  },
  {
    name: 'delivery',
    option: 'delivery',
    value: '<strategy>',
    field: 'profile.delivery',
    help: `for this run alone: ${deliveryStrategies.join(', ')} (default: the service's)`,
  },
  {
    name: 'download-concurrency',
    option: 'downloadConcurrency',
    value: '<n>',
    field: 'profile.download_concurrency',
    help: "for this run alone: downloads that buffered and blocking hold (default: the service's)",
  },
  {
    name: 's3-max-sockets',
    option: 's3MaxSockets',
    value: '<n>',
    field: 'profile.s3_max_sockets',
    help: "for this run alone: connections to S3 (default: the service's)",
  },
  {
    name: 'cache-bytes',
    option: 'cacheBytes',
    value: '<n>',
    field: 'profile.cache_bytes',
    help: "for this run alone: memory for artifacts, at most the service's (default: that)",
  },
  {
    name: 'experiment',
    option: 'experiment',
    value: '<name>',
    field: 'experiment',
    help: 'makes the run one of an experiment of the service, with --phase',
  },
  {
    name: 'phase',
    option: 'phase',
    value: '<phase>',
    field: 'phase',
    help: 'before or after, with --experiment',
  },
] as const;

/** As they were typed; true for one that takes no value. */
export type WorkloadFlags = { readonly [Flag in (typeof workloadFlags)[number]['option']]?: string | true };

/** The same text with the flag in place of each field of the trigger's body that it names. */
export function speakOfFlags(text: string): string {
  const unmistakable = workloadFlags.filter(({ field }) => /[_.]/.test(field));
  return unmistakable.reduce(
    (told, { field, name }) => told.replaceAll(new RegExp(`(?<![\\w.])${field}(?!\\w)`, 'g'), `--${name}`),
    text,
  );
}
