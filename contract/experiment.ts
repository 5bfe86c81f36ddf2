/** The two arms of an experiment: each of its runs is of one of them. */
export type ExperimentPhase = 'before' | 'after';
