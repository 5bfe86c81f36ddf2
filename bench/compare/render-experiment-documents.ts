import type { Experiment } from '../../contract/experiment.ts';
import { renderExperiment } from './markdown/render-experiment.ts';
import { renderDistributionsPlot } from './plots/render-distributions-plot.ts';
import { renderPairsPlot } from './plots/render-pairs-plot.ts';
import { renderTimePlot } from './plots/render-time-plot.ts';

/** What a person reads of an experiment, by file name: pure functions of its document alone. */
export function renderExperimentDocuments(
  experiment: Experiment,
): Readonly<Record<'report.md' | 'pairs.svg' | 'distributions.svg' | 'time.svg', string>> {
  const arm = (label: 'before' | 'after') => {
    const { latency_histogram, censored } = experiment.arms[label];
    return { label, histogram: latency_histogram, censored };
  };
  return {
    'report.md': renderExperiment(experiment),
    'pairs.svg': renderPairsPlot(experiment),
    'distributions.svg': renderDistributionsPlot(arm('before'), arm('after')),
    'time.svg': renderTimePlot(experiment),
  };
}
