import { formatMs, formatPercent } from '../../../../../bench/presentation.ts';
import type { InstanceTelemetry, Phase } from '../../../../../contract/telemetry.ts';
import { StackedBar } from '../../charts/stacked-bar.tsx';

const names: Readonly<Record<Phase, string>> = {
  handling: 'handling',
  event_loop: 'waiting for the event loop',
  admission: 'waiting for a download place',
  metadata: 'waiting for DynamoDB',
  s3_pool: 'waiting for an S3 connection',
  s3_first_byte: 'waiting for S3 to begin',
  s3_body: 'waiting for S3 bytes',
  client_body: 'waiting for the client',
  moving: 'service moves bytes',
};

/** Where the time of the requests went inside the service, the largest part first. */
export function PhaseBar({ instances }: { instances: readonly InstanceTelemetry[] }) {
  const told = instances.flatMap(({ phases_ms }) => (phases_ms ? [phases_ms] : []));
  const sums = (Object.keys(names) as Phase[])
    .map((phase) => ({ phase, ms: told.reduce((sum, phases) => sum + (phases[phase] ?? 0), 0) }))
    .toSorted((one, other) => other.ms - one.ms);
  const total = sums.reduce((sum, { ms }) => sum + ms, 0);
  const requests = instances.reduce((sum, { requests_started }) => sum + requests_started, 0);
  if (total === 0) return null;
  const shares = sums.map(({ phase, ms }) => ({ label: names[phase], share: ms / total }));
  return (
    <div class="phases">
      <h3>Where the time went inside the service</h3>
      <StackedBar label="Time by phase" shares={shares.filter(({ share }) => share >= 0.005)} />
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">Phase</th>
            <th scope="col">share</th>
            <th scope="col">mean of a request</th>
          </tr>
        </thead>
        <tbody>
          {sums.map(({ phase, ms }, index) => (
            <tr key={phase}>
              <th scope="row">
                <span class={`swatch part-${Math.min(index, 7)}`} aria-hidden="true" /> {names[phase]}
              </th>
              <td>{formatPercent((100 * ms) / total)}</td>
              <td>{formatMs(ms / Math.max(requests, 1))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
