import { formatCount } from '../../../../bench/presentation.ts';
import type { Results } from '../../../../contract/results.ts';

type Described = Pick<Results, 'workload' | 'delivery_settings'>;

/** `100 clients × arnir0/Tiny-LLM`, as far as the workload says. */
export function describeWorkload({ workload }: Described): string {
  const { num_clients, requests_per_client, model_id, version } = workload;
  const clients =
    num_clients === null ? '' : `${formatCount(num_clients)} ${num_clients === 1 ? 'client' : 'clients'}`;
  const requests =
    requests_per_client === null || requests_per_client === 1
      ? ''
      : `${formatCount(requests_per_client)} requests each`;
  const model =
    model_id === null
      ? 'all models'
      : `${shorten(model_id)}${version === null || version === 'main' ? '' : `@${version}`}`;
  return [[clients, requests].filter(Boolean).join(', '), model].filter(Boolean).join(' × ');
}

/** `streamed`, with what limits it. */
export function describeDelivery({ delivery_settings: settings }: Described): string {
  if (settings === null) return 'unknown delivery';
  const { delivery, download_concurrency, s3_max_sockets, workers } = settings;
  const limits = [
    ...(delivery === 'buffered' || delivery === 'blocking' ? [`${download_concurrency} at once`] : []),
    ...(delivery === 'redirected' ? [] : [`${s3_max_sockets} S3 connections`]),
    ...(workers === undefined ? [] : [`${workers} workers`]),
  ];
  return limits.length === 0 ? delivery : `${delivery}, ${limits.join(', ')}`;
}

/** A model id has at most 193 characters; records from elsewhere may hold anything. */
function shorten(modelId: string): string {
  return modelId.length > 100 ? `${modelId.slice(0, 100)}…` : modelId;
}
