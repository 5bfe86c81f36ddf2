import { gzipSync } from 'node:zlib';
import type { InstanceTelemetry, PhasesDocument } from '../../contract/telemetry.ts';

/** `phases.json.gz`: the phases of each request, as the instances told them. */
export function encodePhases(runId: string, instances: readonly InstanceTelemetry[]): Buffer {
  const document: PhasesDocument = {
    schema: 'modelrig.phases/1',
    run_id: runId,
    instances: instances.map(({ instance_id, requests, alone }) => ({ instance_id, requests, alone })),
  };
  return gzipSync(JSON.stringify(document));
}
