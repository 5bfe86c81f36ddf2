import {
  describeAnswer,
  describeEmulation,
  describeRatio,
  formatBound,
  formatMetric,
  nameConfidence,
} from '../../../../bench/presentation.ts';
import type { Experiment, ExperimentMetric } from '../../../../contract/experiment.ts';
import { countPairs } from '../model/count-pairs.ts';
import { describeOrigin } from '../model/describe-origin.ts';
import { Moment } from './moment.tsx';
import { Scrollable } from './scrollable.tsx';
import { UserText } from './user-text.tsx';

export interface ExperimentViewProps {
  readonly experiment: Experiment;
  /** Document name -> path. */
  readonly documents: Readonly<Record<string, string>>;
  /** Where a round's run is looked at; null where its run is not this service's. */
  readonly runPage: ((runId: string) => string) | null;
}

/** The question, its answer with the interval, the figures, the pictures, the cause, and every round. */
export function ExperimentView({ experiment, documents, runPage }: ExperimentViewProps) {
  const { question, verdict, metrics, cause, noise, definition, rounds, changes, draft_reasons } = experiment;
  const emulation = describeEmulation(experiment.environment);
  return (
    <>
      <header class="run-heading">
        <div class="run-heading-text">
          <h1>
            <UserText text={question} />
          </h1>
          <p class="sub">
            {experiment.name}
            {experiment.number === null ? '' : `, version ${experiment.number}`} ·{' '}
            <Moment at={experiment.completed_at} /> · {countPairs(experiment.design.pairs)} · intervals of{' '}
            {nameConfidence(experiment)} · <UserText text={describeOrigin(experiment.origin)} />
          </p>
        </div>
      </header>
      <section class="panel answer" aria-label="Answer">
        <p class={`verdict-word is-experiment-${verdict.value.toLowerCase()}`}>{describeAnswer(experiment)}</p>
        {draft_reasons.length > 0 ? (
          <p>
            <b class="draft">DRAFT</b> <UserText text={`${draft_reasons.join('; ')}.`} />
          </p>
        ) : null}
        {emulation ? <p class="fine">{emulation}</p> : null}
      </section>
      <section class="panel" aria-labelledby="before-after">
        <h2 id="before-after">Before and after</h2>
        <MetricsTable metrics={metrics} />
      </section>
      <section class="panel" aria-labelledby="pictures">
        <h2 id="pictures">Pictures</h2>
        <div class="pictures">
          <Picture
            path={documents['pairs.svg']}
            label="Every round as a point, before and after joined by pair"
          />
          <Picture path={documents['distributions.svg']} label="Latency distributions before and after" />
          <Picture path={documents['time.svg']} label="Where the time went before and after" />
        </div>
      </section>
      {cause ? (
        <section class="panel" aria-labelledby="cause">
          <h2 id="cause">Cause</h2>
          <dl class="facts">
            <Fact name="Suspect before" text={cause.suspect_before} />
            <Fact name="Suspect after" text={cause.suspect_after} />
            <Fact name="Conclusion" text={`${cause.conclusion}: ${cause.reason}`} />
          </dl>
        </section>
      ) : null}
      {definition ? (
        <section class="panel" aria-labelledby="definition">
          <h2 id="definition">Written before the first round</h2>
          <p>
            <UserText text={definition.hypothesis} />
          </p>
          <p class="fine">
            Predicted {definition.predicted.direction}
            {definition.predicted.ratio === null ? '' : `, ${formatBound(definition.predicted.ratio)} times`},
            because {definition.predicted.because}. Defined in <code>{definition.source}</code>.
          </p>
        </section>
      ) : null}
      <section class="panel" aria-labelledby="rounds">
        <h2 id="rounds">Rounds</h2>
        {noise ? (
          <p class="fine">
            Standard deviation of a round {formatBound(noise.sd_per_round)}; the smallest effect that this could
            have seen: {formatBound(noise.smallest_detectable)}.
          </p>
        ) : null}
        {changes.length > 0 ? <p class="fine">Since the last version: {changes.join('; ')}.</p> : null}
        <Scrollable label="Rounds">
          <table>
            <thead>
              <tr>
                <th scope="col">Pair</th>
                <th scope="col">Phase</th>
                <th scope="col">Order</th>
                <th scope="col">Run</th>
                <th scope="col">Verdict</th>
              </tr>
            </thead>
            <tbody>
              {rounds.map((round) => (
                <tr key={round.run_id}>
                  <td>{round.pair}</td>
                  <td>{round.phase}</td>
                  <td>{round.position === 1 ? 'first' : 'second'}</td>
                  <td>
                    {runPage ? (
                      <a href={runPage(round.run_id)}>{round.run_id.slice(0, 8)}</a>
                    ) : (
                      round.run_id.slice(0, 8)
                    )}
                  </td>
                  <td>{[round.verdict.value, ...round.labels.map(({ label }) => label)].join(', ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrollable>
        <ul class="documents">
          {Object.entries(documents).map(([name, path]) => (
            <li key={name}>
              <a href={path} download={name}>
                {name}
              </a>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

function MetricsTable({ metrics }: { metrics: readonly ExperimentMetric[] }) {
  return (
    <Scrollable label="Figures before and after">
      <table class="numbers folding">
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col">before</th>
            <th scope="col">after</th>
            <th scope="col">after / before</th>
            <th scope="col">interval</th>
            <th scope="col">verdict</th>
          </tr>
        </thead>
        <tbody>
          {metrics.map((metric) => (
            <tr key={`${metric.metric} ${metric.scenario}`} class={metric.role}>
              <th scope="row">
                {metric.title} <span class="muted">{metric.role === 'secondary' ? '' : metric.role}</span>
              </th>
              <td data-name="before">{formatMetric(metric.before, metric.unit, metric.is_at_least.before)}</td>
              <td data-name="after">{formatMetric(metric.after, metric.unit, metric.is_at_least.after)}</td>
              <td data-name="after / before">{metric.ratio ? `× ${describeRatio(metric).estimate}` : '–'}</td>
              <td data-name="interval">{describeInterval(metric)}</td>
              <td data-name="verdict">{metric.verdict ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrollable>
  );
}

/** Too few pairs bound nothing. */
function describeInterval(metric: ExperimentMetric): string {
  const { ratio } = metric;
  if (ratio === null || (ratio.low === 0 && ratio.high === 'infinite')) return '–';
  return describeRatio(metric).interval;
}

function Fact({ name, text }: { name: string; text: string }) {
  return (
    <div class="facts-row">
      <dt>{name}</dt>
      <dd>
        <UserText text={text} />
      </dd>
    </div>
  );
}

function Picture({ path, label }: { path: string | undefined; label: string }) {
  return path ? <img class="plot-image" src={path} alt={label} loading="lazy" /> : null;
}
