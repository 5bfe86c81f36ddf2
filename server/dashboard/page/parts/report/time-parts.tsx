import {
  formatCount,
  formatMs,
  formatPercent,
  partNames,
  resourceNames,
} from '../../../../../bench/presentation.ts';
import type { Attribution } from '../../../../../contract/attribution.ts';
import { StackedBar } from '../../charts/stacked-bar.tsx';
import { UserText } from '../user-text.tsx';

/** Where the time of the mean request went, as client and service saw it together, and whom that accuses. */
export function TimeParts({ attribution }: { attribution: Attribution }) {
  const { parts, mean_ms, joined, of } = attribution;
  const told = parts
    .filter(({ mean_ms, slowest_ms }) => mean_ms !== 0 || slowest_ms !== 0)
    .toSorted((one, other) => other.mean_ms - one.mean_ms);
  const shares = told.map(({ part, mean_ms: ms }) => ({ label: partNames[part], share: ms / mean_ms }));
  return (
    <div class="phases">
      <h3>Where the time went</h3>
      <Suspects attribution={attribution} />
      <StackedBar
        label="Time of the mean request by part"
        shares={shares.filter(({ share }) => share >= 0.005)}
      />
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col">share</th>
            <th scope="col">mean</th>
            <th scope="col">slowest 5 %</th>
          </tr>
        </thead>
        <tbody>
          {told.map(({ part, mean_ms: ms, slowest_ms }, index) => (
            <tr key={part}>
              <th scope="row">
                <span class={`swatch part-${Math.min(index, 7)}`} aria-hidden="true" /> {partNames[part]}
              </th>
              <td>{formatPercent((100 * ms) / mean_ms)}</td>
              <td>{formatMs(ms)}</td>
              <td>{formatMs(slowest_ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="fine">
        Client and service were joined on {formatCount(joined)} of {formatCount(of)} requests.
      </p>
    </div>
  );
}

function Suspects({ attribution: { verdict, suspects, reason } }: { attribution: Attribution }) {
  if (verdict !== 'suspect') {
    return (
      <p>
        <b>Bottleneck: {verdict}:</b> <UserText text={reason} />
      </p>
    );
  }
  return (
    <>
      {suspects.map(({ resource, statement, knob }) => (
        <p key={resource}>
          <b>Suspect: {resourceNames[resource]}:</b> <UserText text={statement} />.{' '}
          <span class="muted">
            Would move: <UserText text={knob} />.
          </span>
        </p>
      ))}
      <p class="fine">Only an experiment that moves it confirms a suspect.</p>
    </>
  );
}
