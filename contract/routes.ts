/** Every route of the service: its pattern for the router, and a builder for those who call it. */

const run = '/health/performance/results/:run_id';

export const routes = {
  download: '/performance/:id/:version/model.zip',
  models: '/models',
  model: '/models/:id',
  modelVersion: '/models/:id/:version',
  live: '/health/live',
  ready: '/health/ready',
  components: '/health/components',
  metrics: '/metrics',
  workload: '/health/performance/workload',
  results: '/health/performance/results',
  result: run,
  document: `${run}/documents/:name`,
  cancel: `${run}/cancel`,
  /** The run as server-sent events, and its progress so far as one document. */
  events: `${run}/events`,
  progress: `${run}/progress`,
  scenarios: '/health/performance/scenarios',
  compare: '/health/performance/compare',
  /** What lies in `reports/` beside the sources of the service. */
  reports: '/health/performance/reports',
  reportDocument: '/health/performance/reports/:experiment/:number/documents/:name',
  openapi: '/openapi.json',
  dashboard: '/health/dashboard',
  experiments: '/health/performance/experiments',
  experiment: '/health/performance/experiments/:experiment',
  experimentDocument: '/health/performance/experiments/:experiment/:number/documents/:name',
} as const;

export function downloadPath(sanitizedId: string, version: string): string {
  return `/performance/${encodeURIComponent(sanitizedId)}/${encodeURIComponent(version)}/model.zip`;
}

export function versionPath(sanitizedId: string, version: string): string {
  return `${routes.models}/${encodeURIComponent(sanitizedId)}/${encodeURIComponent(version)}`;
}

export function resultPath(runId: string): string {
  return `${routes.results}/${encodeURIComponent(runId)}`;
}

export function documentPath(runId: string, name: string): string {
  return `${resultPath(runId)}/documents/${encodeURIComponent(name)}`;
}

export function experimentPath(name: string): string {
  return `${routes.experiments}/${encodeURIComponent(name)}`;
}

export function experimentDocumentPath(name: string, number: number, document: string): string {
  return `${experimentPath(name)}/${number}/documents/${encodeURIComponent(document)}`;
}

export function cancelPath(runId: string): string {
  return `${resultPath(runId)}/cancel`;
}

export function eventsPath(runId: string): string {
  return `${resultPath(runId)}/events`;
}

export function progressPath(runId: string): string {
  return `${resultPath(runId)}/progress`;
}

export function runPagePath(runId: string): string {
  return `${routes.dashboard}/runs/${encodeURIComponent(runId)}`;
}

export function comparePagePath(a: string, b: string): string {
  return `${routes.dashboard}/compare?a=${encodeURIComponent(a)}&b=${encodeURIComponent(b)}`;
}

export function reportDocumentPath(experiment: string, number: number, document: string): string {
  return `${routes.reports}/${encodeURIComponent(experiment)}/${number}/documents/${encodeURIComponent(document)}`;
}

export function experimentPagePath(name: string, number: number): string {
  return `${routes.dashboard}/experiments/${encodeURIComponent(name)}/${number}`;
}

export function reportPagePath(name: string, number: number): string {
  return `${routes.dashboard}/reports/${encodeURIComponent(name)}/${number}`;
}
