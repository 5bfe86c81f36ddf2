import type { Generator, Report, WhiteBox } from '../../contract/report.ts';

type ServiceUse = Pick<WhiteBox, 'cpu_seconds' | 'stores'>;

/**
 * Share of the CPU time of the generator's machine that others took: programs that do not belong to the run, and
 * other machines on its host. Null where what belongs to the run shares the machine and its CPU time is not known, as
 * with stores that run beside the service, or a target that may be anywhere.
 */
export function findForeignShare(
  generator: Generator,
  whiteBox: ServiceUse | null,
  { environment, subject }: Report['fingerprint'],
): number | null {
  const { machine_cpu_seconds = null, others_cpu_seconds = null, stolen_share = null } = generator;
  if (machine_cpu_seconds === null || others_cpu_seconds === null || stolen_share === null) return null;
  const neighbours = subject.compute_backend === 'local' ? findNeighbours(whiteBox, environment) : 0;
  if (neighbours === null || !placed.includes(subject.compute_backend)) return null;
  return Math.max(0, others_cpu_seconds - neighbours) / machine_cpu_seconds + stolen_share;
}

/**
 * What it is at most where stores run beside the service and S3 counts itself: the part of the metadata's store and of
 * whoever started the run is in it. Null where it is known, or S3's part is not.
 */
export function boundForeignShare(
  generator: Generator,
  whiteBox: ServiceUse | null,
  { environment, subject }: Report['fingerprint'],
): number | null {
  const { machine_cpu_seconds = null, others_cpu_seconds = null, stolen_share = null } = generator;
  const s3CpuSeconds = whiteBox?.stores?.s3?.cpu_seconds ?? null;
  if (machine_cpu_seconds === null || others_cpu_seconds === null || stolen_share === null) return null;
  if (subject.compute_backend !== 'local' || environment.backend !== 'embedded') return null;
  if (whiteBox === null || s3CpuSeconds === null) return null;
  const unknown = Math.max(0, others_cpu_seconds - whiteBox.cpu_seconds - s3CpuSeconds);
  return unknown / machine_cpu_seconds + stolen_share;
}

/** Where a service on any other backend runs is not known. */
const placed = ['local', 'fargate', 'lambda'];

/** Stores are elsewhere for certain on AWS alone. */
function findNeighbours(
  whiteBox: ServiceUse | null,
  { backend }: Report['fingerprint']['environment'],
): number | null {
  return backend === 'aws' && whiteBox !== null ? whiteBox.cpu_seconds : null;
}
