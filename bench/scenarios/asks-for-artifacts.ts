import type { WorkloadRequest } from '../../contract/workload.ts';
import type { ServedModel } from '../scenario.ts';
import { applyWorkload } from './apply-workload.ts';
import { fillWorkload } from './fill-workload.ts';

/** Of no registry: a scenario names the same kind of path for every model. */
const model: ServedModel = { id: 'm', path: '/artifact', recordPath: '/record', sizeBytes: 1, digest: null };

/** Whether a load asks for artifacts, and not for records alone. */
export function asksForArtifacts(workload: WorkloadRequest): boolean {
  const { planRequest } = applyWorkload(fillWorkload(workload));
  return planRequest(() => 0, [model]).path === model.path;
}
