import type { SubjectFingerprint } from '../../../contract/report.ts';

/** Of a service that was loaded without its trigger: at most the strategy that its answers name. */
export function describeUnknownSubject(delivery: string | null): SubjectFingerprint {
  return {
    git_commit: 'unavailable',
    git_dirty: 'unavailable',
    lockfile_sha256: 'unavailable',
    compute_backend: 'unavailable',
    delivery: delivery ?? 'unavailable',
    s3_max_sockets: 'unavailable',
  };
}
