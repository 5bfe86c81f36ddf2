/** What the load does, in k6's vocabulary. Times are seconds. */
export interface Scenario {
  readonly name: string;
  /** Every virtual user makes its iterations by itself; all start together. */
  readonly executor: 'per-vu-iterations';
  readonly vus: number;
  /** Requests that each virtual user makes, one after the other. */
  readonly iterations: number;
  /** Deadline of each request; the burst as a whole ends with it. */
  readonly deadlineSeconds: number;
  /** Share of the responses whose body is hashed and compared, 0 to 1; the first one always is. */
  readonly digestSampleRate: number;
  /** Such as `success_rate == 100`: metric, comparison, number. */
  readonly thresholds: readonly string[];
}
