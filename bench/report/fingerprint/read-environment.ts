import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import type { EnvironmentFingerprint } from '../../../contract/report.ts';
import { readCgroupLimits } from './read-cgroup-limits.ts';

/** The machine and runtime of this process. No host name, no path; what cannot be read is `unavailable`. */
export async function readEnvironmentFingerprint(given: {
  readonly backend: EnvironmentFingerprint['backend'];
  readonly dataSet: EnvironmentFingerprint['data_set'];
}): Promise<EnvironmentFingerprint> {
  const processors = cpus();
  const limits = await readCgroupLimits();
  return {
    cpu_model: processors[0]?.model.trim() || 'unavailable',
    cpu_cores: processors.length || availableParallelism(),
    memory_bytes: totalmem(),
    cgroup_cpu_limit: limits.cpuCores,
    cgroup_memory_limit_bytes: limits.memoryBytes,
    kernel: `${type()} ${release()}`,
    node: process.versions.node,
    v8: process.versions.v8,
    backend: given.backend,
    data_set: given.dataSet,
  };
}
