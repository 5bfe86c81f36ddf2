import { formatCount, nameFailure } from '../../../../../bench/presentation.ts';
import type { Report } from '../../../../../contract/report.ts';
import { UserText } from '../user-text.tsx';

/** Each kind of failure with one example; nothing where there was none. */
export function FailuresPanel({ report: { black_box } }: { report: Report }) {
  if (black_box.failures.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="failures">
      <h2 id="failures">Failures</h2>
      <table class="failures">
        <thead>
          <tr>
            <th scope="col" class="number">
              Count
            </th>
            <th scope="col">Kind</th>
            <th scope="col">Such as</th>
          </tr>
        </thead>
        <tbody>
          {black_box.failures.map((failure) => (
            <tr key={`${failure.outcome} ${failure.manner}`}>
              <td class="number">{formatCount(failure.count)}</td>
              <td>{nameFailure(failure)}</td>
              <td>
                <UserText text={failure.example} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
