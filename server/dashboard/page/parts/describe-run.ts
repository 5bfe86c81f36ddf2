import { formatCount, formatCountOf, formatMiB } from '../../../../bench/presentation.ts';
import type { DeliverySettings } from '../../../../contract/delivery-settings.ts';
import type { Results } from '../../../../contract/results.ts';
import { holdsArtifacts, keepsArtifacts } from '../../../../contract/strategy-limits.ts';

type Described = Pick<Results, 'workload' | 'delivery_settings'>;

/** Of a burst that nothing else was asked of: it goes without saying. */
const usualDeadlineSeconds = 300;

/** `100 clients × arnir0/Tiny-LLM, 60 s at most`: as far as the workload says, and is not the usual. */
export function describeWorkload({ workload }: Described): string {
  const { num_clients, requests_per_client, model_id, version, duration_seconds, runner_tasks = 1 } = workload;
  const clients = num_clients === null ? '' : formatCountOf(num_clients, 'client');
  const requests =
    requests_per_client === null || requests_per_client === 1
      ? ''
      : `${formatCount(requests_per_client)} requests each`;
  const model =
    model_id === null
      ? 'all models'
      : `${shorten(model_id)}${version === null || version === 'main' ? '' : `@${version}`}`;
  const isUsual = duration_seconds === null || duration_seconds === usualDeadlineSeconds;
  return [
    [[clients, requests].filter(Boolean).join(', '), model].filter(Boolean).join(' × '),
    ...(isUsual ? [] : [`${formatCount(duration_seconds)} s at most`]),
    ...(runner_tasks === 1 ? [] : [formatCountOf(runner_tasks, 'runner')]),
  ].join(', ');
}

/** `before of streamed-over-buffered`: what the run was made for; null where it was for nothing in particular. */
export function describePurpose({ workload: { experiment, phase } }: Pick<Results, 'workload'>): string | null {
  if (experiment === undefined) return null;
  return phase === undefined ? experiment : `${phase} of ${experiment}`;
}

/** `streamed`, with what limits it. */
export function describeDelivery({ delivery_settings: settings }: Described): string {
  if (settings === null) return 'unknown delivery';
  return [settings.delivery, ...describeLimits(settings)].join(', ');
}

/** `4 at once`, `150 S3 connections`: what limits a strategy, as far as it has such limits. */
export function describeLimits({
  delivery,
  download_concurrency,
  s3_max_sockets,
  cache_bytes,
  workers,
}: DeliverySettings): string[] {
  return [
    ...(holdsArtifacts(delivery) ? [`${formatCount(download_concurrency)} at once`] : []),
    ...(delivery === 'redirected' ? [] : [formatCountOf(s3_max_sockets, 'S3 connection')]),
    ...(keepsArtifacts(delivery) && cache_bytes !== undefined
      ? [`${formatMiB(cache_bytes)} for artifacts`]
      : []),
    ...(workers === undefined ? [] : [formatCountOf(workers, 'worker')]),
  ];
}

/** A model id has at most 193 characters; records from elsewhere may hold anything. */
function shorten(modelId: string): string {
  return modelId.length > 100 ? `${modelId.slice(0, 100)}…` : modelId;
}
