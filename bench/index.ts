/** What the server's runner may use of the harness. */
export type { Calibrator } from './measure/calibrator.ts';
export { type LoadOrder, measureLoad } from './measure/measure-load.ts';
export { startCalibrator } from './measure/start-calibrator.ts';
export type { AttemptLog } from './metrics/attempt-log.ts';
export { decodeLedger, encodeLedgerInTurns } from './metrics/ledger-codec.ts';
export type { Measurement } from './metrics/measurement.ts';
export { buildReport } from './report/build-report.ts';
export { readEnvironmentFingerprint } from './report/fingerprint/read-environment.ts';
export { readSubjectFingerprint } from './report/fingerprint/read-subject.ts';
export { renderDocuments } from './report/render-documents.ts';
export { findLongestSeconds, startsAtOnce } from './scenario/find-length.ts';
export type { Scenario, ServedModel } from './scenario.ts';
export { applyWorkload } from './scenarios/apply-workload.ts';
export { fillWorkload } from './scenarios/fill-workload.ts';
export { findScenario } from './scenarios/find-scenario.ts';
export { findWorkloadFaults } from './scenarios/find-workload-faults.ts';
export { hashScenario } from './scenarios/hash-scenario.ts';
