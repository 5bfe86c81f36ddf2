/** Keys in the two buckets. */

/** `performance/<sanitized id>/<version>/<upload id>/model.zip`: a new upload never overwrites what is served. */
export function artifactKey(sanitizedId: string, version: string, uploadId: string): string {
  return `${versionPrefix(sanitizedId, version)}${uploadId}/model.zip`;
}

/** What the keys of all uploads of a version begin with. */
export function versionPrefix(sanitizedId: string, version: string): string {
  return `performance/${sanitizedId}/${version}/`;
}

export function runDocumentKey(runId: string, name: string): string {
  return `runs/${runId}/${name}`;
}

/** What one runner measured, before the parts are merged. */
export function runPartKey(runId: string, shard: number): string {
  return runDocumentKey(runId, `parts/${shard}`);
}

/** What an instance saw of a run, where that is more than an item of the runs table holds. */
export function runInstanceKey(runId: string, instanceId: string, seq: number): string {
  return runDocumentKey(runId, `instances/${instanceId}-${seq}`);
}

/** The documents of a run that the service hands out, with their media types. */
export const runDocuments = {
  'report.json': 'application/json; charset=utf-8',
  'report.md': 'text/markdown; charset=utf-8',
  'ledger.json.gz': 'application/gzip',
  'latency.svg': 'image/svg+xml; charset=utf-8',
  'requests.svg': 'image/svg+xml; charset=utf-8',
  'phases.svg': 'image/svg+xml; charset=utf-8',
  'phases.json.gz': 'application/gzip',
} as const;

export type RunDocument = keyof typeof runDocuments;

export function experimentDocumentKey(name: string, number: number, document: string): string {
  return `experiments/${name}/${number}/${document}`;
}

/** The documents of a version of an experiment, with their media types. */
export const experimentDocuments = {
  'report.json': 'application/json; charset=utf-8',
  'report.md': 'text/markdown; charset=utf-8',
  'pairs.svg': 'image/svg+xml; charset=utf-8',
  'distributions.svg': 'image/svg+xml; charset=utf-8',
  'time.svg': 'image/svg+xml; charset=utf-8',
} as const;

export type ExperimentDocumentName = keyof typeof experimentDocuments;
