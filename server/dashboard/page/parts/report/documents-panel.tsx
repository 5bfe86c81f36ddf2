import type { ReportViewProps } from './report-view-props.ts';

const purposes: Readonly<Record<string, string>> = {
  'report.json': 'every figure',
  'report.md': 'for reading',
  'ledger.json.gz': 'every request',
  'latency.svg': 'distribution',
  'requests.svg': 'timeline and waterfall',
  'phases.svg': 'where the time went',
  'phases.json.gz': "the service's phases of every request",
};

/** The run's documents, and how to do it again. */
export function DocumentsPanel({ report: { workload }, documents }: ReportViewProps) {
  const { note: _, profile, ...fields } = workload;
  const body = JSON.stringify(
    Object.fromEntries(
      Object.entries({ ...fields, profile }).filter(([, value]) => value !== null && value !== undefined),
    ),
  );
  return (
    <section class="panel" aria-labelledby="documents">
      <h2 id="documents">Documents</h2>
      <ul class="documents">
        {Object.entries(documents).map(([name, path]) => (
          <li key={name}>
            <a href={path} download={name}>
              {name}
            </a>{' '}
            <span class="muted">{purposes[name]}</span>
          </li>
        ))}
      </ul>
      <h3>To repeat it</h3>
      <pre class="command">
        <code>
          POST /health/performance/workload{'\n'}
          {body}
        </code>
      </pre>
    </section>
  );
}
