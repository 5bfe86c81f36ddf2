import {
  formatFigure,
  formatMiB,
  formatMs,
  formatPercent,
  markAtLeast,
} from '../../../../bench/presentation.ts';
import type { Component, Components } from '../../../../contract/health.ts';
import { runPagePath } from '../../../../contract/routes.ts';
import { Moment } from './moment.tsx';
import { StatusDot } from './status-dot.tsx';
import { UserText } from './user-text.tsx';

/** Says which of the other metrics have a `≥`. */
const lowerBounds = 'latest_lower_bounds';

/** Every component with its status and all of its metrics: also those without a value, so that no row comes later. */
export function ComponentCards({ components }: Components) {
  return (
    <ul class="components">
      {components.map((component) => (
        <li key={component.id}>
          <ComponentCard component={component} />
        </li>
      ))}
    </ul>
  );
}

function ComponentCard({ component: { id, display_name, status, reason, metrics } }: { component: Component }) {
  return (
    <article class="component" aria-labelledby={`component-${id}`}>
      <h3 id={`component-${id}`}>
        {display_name} <StatusDot status={status}>{status}</StatusDot>
      </h3>
      {reason ? (
        <p class="reason">
          <UserText text={reason} />
        </p>
      ) : null}
      <dl>
        {Object.entries(metrics).map(([name, value]) =>
          name === lowerBounds ? null : (
            <div key={name}>
              <dt>{nameMetric(name)}</dt>
              <dd>{showMetric(name, value, isLowerBound(name, metrics[lowerBounds]))}</dd>
            </div>
          ),
        )}
      </dl>
    </article>
  );
}

/** `latest_p99_latency_ms` -> `p99 latency`: the unit stands with the value, and all of them are of the latest run. */
function nameMetric(name: string): string {
  return name
    .replace(/_(ms|mbps|id|at|bytes)$/, '')
    .replace(/^latest_(?!run)/, '')
    .replaceAll('_', ' ')
    .replace('s3', 'S3');
}

/** `p99` is one for `latest_p99_latency_ms`. */
function isLowerBound(name: string, bounds: string | number | null | undefined): boolean {
  return typeof bounds === 'string' && bounds.split(', ').some((one) => name === `latest_${one}_latency_ms`);
}

function showMetric(name: string, value: string | number | null, isAtLeast: boolean) {
  if (typeof value === 'string') {
    if (name.endsWith('run_id')) return <a href={runPagePath(value)}>{value.slice(0, 8)}</a>;
    if (name.endsWith('_at')) return <Moment at={value} />;
    return <UserText text={value} />;
  }
  if (value === null) return '–';
  if (name.endsWith('_ms')) return markAtLeast(formatMs(value), isAtLeast);
  if (name.endsWith('_bytes')) return formatMiB(value);
  if (name.endsWith('_mbps')) return `${formatFigure(value)} MiB/s`;
  if (name.endsWith('_rate')) return formatPercent(value);
  return Number.isInteger(value) ? value.toLocaleString('en') : formatFigure(value);
}
