import type { Workload } from '../../../../contract/workload.ts';

/** What was typed, by the name of the field; `profile.` stands before those of the profile. */
export type FormValues = Readonly<Record<string, string>>;

const profileFields = ['profile.delivery', 'profile.download_concurrency', 'profile.s3_max_sockets'] as const;

/** The trigger's body: what is empty is left out, what looks like a number is one, the rest is the service's to judge. */
export function toWorkload(values: FormValues): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  const profile: Record<string, unknown> = {};
  for (const [name, typed] of Object.entries(values)) {
    const text = typed.trim();
    if (text === '') continue;
    if (name.startsWith('profile.')) profile[name.slice('profile.'.length)] = toValue(name, text);
    else body[name] = toValue(name, text);
  }
  return Object.keys(profile).length === 0 ? body : { ...body, profile };
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
