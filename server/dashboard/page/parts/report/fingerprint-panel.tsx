import { formatBytes, formatMiB } from '../../../../../bench/presentation.ts';
import type { Report } from '../../../../../contract/report.ts';

/** What must be equal for a comparison, and what was measured. */
export function FingerprintPanel({ report: { fingerprint, target, scenario } }: { report: Report }) {
  const { environment, subject } = fingerprint;
  const { data_set } = environment;
  return (
    <section class="panel" aria-labelledby="fingerprint">
      <h2 id="fingerprint">Fingerprint</h2>
      <div class="two">
        <Facts
          title="Environment"
          facts={{
            CPU: `${environment.cpu_model}, ${environment.cpu_cores} cores`,
            Memory: formatMiB(environment.memory_bytes),
            'CPU limit': String(environment.cgroup_cpu_limit),
            'Memory limit':
              typeof environment.cgroup_memory_limit_bytes === 'number'
                ? formatMiB(environment.cgroup_memory_limit_bytes)
                : environment.cgroup_memory_limit_bytes,
            Kernel: environment.kernel,
            Node: environment.node,
            Stores: environment.backend,
            'Data set':
              data_set === 'unavailable'
                ? data_set
                : `${data_set.models} models, ${data_set.sha256.slice(0, 12)}`,
          }}
        />
        <Facts
          title="Subject"
          facts={{
            Commit: `${subject.git_commit.slice(0, 12)}${subject.git_dirty === true ? ', with uncommitted changes' : ''}`,
            Lockfile: subject.lockfile_sha256.slice(0, 12),
            Compute: subject.compute_backend,
            Delivery: subject.delivery,
            ...(subject.download_concurrency === undefined
              ? {}
              : { 'Downloads at once': String(subject.download_concurrency) }),
            'S3 connections': String(subject.s3_max_sockets),
            ...(subject.cache_bytes === undefined ? {} : { Cache: formatMiB(subject.cache_bytes) }),
            ...(subject.workers === undefined ? {} : { Workers: String(subject.workers) }),
            Executor: scenario.executor,
            ...(target
              ? { Artifact: `${target.model_id}@${target.version}, ${formatBytes(target.size_bytes)}` }
              : {}),
          }}
        />
      </div>
    </section>
  );
}

function Facts({ title, facts }: { title: string; facts: Readonly<Record<string, string>> }) {
  return (
    <div>
      <h3>{title}</h3>
      <dl class="facts">
        {Object.entries(facts).map(([name, value]) => (
          <div key={name} class="facts-row">
            <dt>{name}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
