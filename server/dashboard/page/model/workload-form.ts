import type { Workload } from '../../../../contract/workload.ts';

/** What was typed, by the name of the field; `profile.` stands before those of the profile. */
export type FormValues = Readonly<Record<string, string>>;

const limitFields = ['profile.download_concurrency', 'profile.s3_max_sockets', 'profile.cache_bytes'] as const;
const profileFields = ['profile.delivery', ...limitFields] as const;

/** What a label calls a field, where a fault of another one speaks of it. */
const labels: Readonly<Record<string, string>> = {
  num_clients: 'Clients',
  requests_per_client: 'Requests',
  runner_tasks: 'Runners',
  duration_seconds: 'Deadline',
};

/** What is allowed, in the words of the form. */
export function nameLabels(allowed: string): string {
  return allowed.replaceAll(/[a-z]+(?:_[a-z]+)+/g, (name) => labels[name] ?? name);
}

/** The limits of a strategy; those of others do nothing. */
export function listLimits(delivery: string | undefined): readonly (typeof limitFields)[number][] {
  if (delivery === 'redirected') return [];
  if (delivery === 'buffered' || delivery === 'blocking') return limitFields;
  return delivery === 'cached' ? ['profile.s3_max_sockets', 'profile.cache_bytes'] : ['profile.s3_max_sockets'];
}

/** The trigger's body: what is empty, or no limit of the strategy, is left out, what looks like a number is one, the rest is the service's to judge. */
export function toWorkload(values: FormValues, limits: readonly string[]): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  const profile: Record<string, unknown> = {};
  for (const [name, typed] of Object.entries(values)) {
    const text = typed.trim();
    if (text === '' || isIdle(name, limits)) continue;
    if (name.startsWith('profile.')) profile[name.slice('profile.'.length)] = toValue(name, text);
    else body[name] = toValue(name, text);
  }
  return Object.keys(profile).length === 0 ? body : { ...body, profile };
}

/** A limit that was typed before another strategy was chosen. */
function isIdle(name: string, limits: readonly string[]): boolean {
  return (limitFields as readonly string[]).includes(name) && !limits.includes(name);
}

/** The fields at which a fault can be shown. */
export function listWorkloadFields(takes: readonly string[]): string[] {
  return ['scenario', 'note', ...takes, ...profileFields];
}

/** Fills the form with what a run did, so that it can be done again. */
export function toFormValues(workload: Workload): FormValues {
  const { profile, ...fields } = workload;
  const entries = [
    ...Object.entries(fields),
    ...Object.entries(profile ?? {}).map(([name, value]) => [`profile.${name}`, value] as const),
  ];
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (value === null || value === undefined ? [] : [[name, String(value)]])),
  );
}

const texts: readonly string[] = [
  'model_id',
  'version',
  'note',
  'experiment',
  'phase',
  'scenario',
  'profile.delivery',
];

function toValue(name: string, text: string): string | number {
  return !texts.includes(name) && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
