/** What the server's runner may use of the harness. */
export { runScenario } from './engine/run-scenario.ts';
export type { AttemptLog } from './metrics/attempt-log.ts';
export { decodeLedger, encodeLedger } from './metrics/ledger-codec.ts';
export type { Measurement } from './metrics/measurement.ts';
export { buildReport } from './report/build-report.ts';
export { readEnvironmentFingerprint } from './report/fingerprint/read-environment.ts';
export { readSubjectFingerprint } from './report/fingerprint/read-subject.ts';
export { renderMarkdown } from './report/markdown/render-markdown.ts';
export { renderLatencyPlot } from './report/plots/render-latency-plot.ts';
export { renderRequestsPlot } from './report/plots/render-requests-plot.ts';
export { overrideScenario } from './scenario/override-scenario.ts';
export type { Scenario, ServedModel } from './scenario.ts';
export { burst100 } from './scenarios/burst-100.ts';
