import { formatCount, formatThresholdValue, nameThreshold } from '../../../../../bench/presentation.ts';
import type { Report } from '../../../../../contract/report.ts';
import { UserText } from '../user-text.tsx';

/** What was verified on how many, and what was demanded; what failed stands with an example. */
export function ChecksPanel({ report: { checks, thresholds } }: { report: Report }) {
  return (
    <ul class="checks" aria-label="Checks and thresholds">
      {thresholds.map((threshold) => (
        <Check
          key={nameThreshold(threshold)}
          state={threshold.passed ? 'passed' : 'failed'}
          name={nameThreshold(threshold)}
        >
          {formatThresholdValue(threshold)}
        </Check>
      ))}
      {checks.map(({ name, passed, total, example }) => (
        <Check key={name} state={total === 0 ? 'skipped' : passed === total ? 'passed' : 'failed'} name={name}>
          {total === 0 ? 'not compared' : `${formatCount(passed)}/${formatCount(total)}`}
          {example === null ? null : (
            <>
              {' '}
              <UserText text={example} />
            </>
          )}
        </Check>
      ))}
    </ul>
  );
}

const marks = { passed: '✓', failed: '✗', skipped: '–' } as const;

function Check({
  state,
  name,
  children,
}: {
  state: keyof typeof marks;
  name: string;
  children: preact.ComponentChildren;
}) {
  return (
    <li class={`check is-${state}`}>
      <span aria-hidden="true">{marks[state]}</span>
      <span class="visually-hidden">{state}: </span> {name} <span class="muted">{children}</span>
    </li>
  );
}
