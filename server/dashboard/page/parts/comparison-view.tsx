import { formatMetric } from '../../../../bench/presentation.ts';
import type { Comparison } from '../../../../contract/comparison.ts';
import { runPagePath } from '../../../../contract/routes.ts';
import { describeChange } from '../model/describe-change.ts';
import { ComparisonCharts } from './comparison-charts.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { Notice } from './notice.tsx';
import { Scrollable } from './scrollable.tsx';
import { UserText } from './user-text.tsx';

type Difference = Comparison['differences'][number];

/** Whether the two compare at all, what differs, every figure of both, and their curves on top of each other. */
export function ComparisonView({ comparison }: { comparison: Comparison }) {
  const { a, b, is_comparable, differences, subject, figures, doubts } = comparison;
  const told = figures.filter((figure) => figure.a !== null || figure.b !== null);
  return (
    <>
      {is_comparable ? null : (
        <Notice kind="bad" title="These two do not compare." isAlert>
          What must be equal differs, so no figure of one says anything about the other:
          <Differences differences={differences} />
        </Notice>
      )}
      <section class="panel" aria-labelledby="differs">
        <h2 id="differs">What differs in what was measured</h2>
        {subject.length === 0 ? (
          <p>Nothing: the same commit, settings and strategy.</p>
        ) : (
          <Differences differences={subject} />
        )}
      </section>
      <section class="panel" aria-labelledby="compared">
        <h2 id="compared">Figures</h2>
        {is_comparable ? (
          <p class="fine">
            No verdict: one run against one, of different sessions, and a shift between sessions looks like a
            difference between programs. An experiment interleaves them and decides.
          </p>
        ) : (
          <p class="fine">Shown for a look only: see above why they do not compare.</p>
        )}
        <Scrollable label="Table of both runs">
          <table class="numbers folding">
            <thead>
              <tr>
                <th scope="col">Figure</th>
                <th scope="col">
                  <a href={runPagePath(a)}>Run A</a>
                </th>
                <th scope="col">
                  <a href={runPagePath(b)}>Run B</a>
                </th>
                <th scope="col">B against A</th>
              </tr>
            </thead>
            <tbody>
              {told.map((figure) => (
                <tr key={figure.name}>
                  <th scope="row">{figure.title}</th>
                  <td data-name="A">{formatMetric(figure.a, figure.unit, figure.a_at_least)}</td>
                  <td data-name="B">{formatMetric(figure.b, figure.unit, figure.b_at_least)}</td>
                  <td data-name="B against A">
                    {figure.ratio === null ? '–' : describeChange(figure.ratio, findBound(figure))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrollable>
        {doubts.length > 0 ? (
          <ul class="fine sentences">
            {doubts.map((doubt) => (
              <li key={doubt}>
                <UserText text={doubt} />
              </li>
            ))}
          </ul>
        ) : null}
      </section>
      <ErrorBoundary>
        <ComparisonCharts a={a} b={b} />
      </ErrorBoundary>
    </>
  );
}

/** Where requests of one side were cut off, so that its figure may truly be greater. */
function findBound({ a_at_least, b_at_least }: Comparison['figures'][number]) {
  if (a_at_least) return 'at most';
  return b_at_least ? 'at least' : null;
}

function Differences({ differences }: { differences: readonly Difference[] }) {
  return (
    <dl class="facts">
      {differences.map(({ field, a, b }) => (
        <div key={field} class="facts-row wide">
          <dt>{field.replace(/^(subject|environment|scenario)\./, '').replaceAll('_', ' ')}</dt>
          <dd>
            <bdi>{showValue(a)}</bdi> <span class="muted">in A,</span> <bdi>{showValue(b)}</bdi>{' '}
            <span class="muted">in B</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function showValue(value: unknown): string {
  if (value === null) return 'none';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
