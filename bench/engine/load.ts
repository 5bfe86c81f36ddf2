import type { Attempt } from '../../contract/ledger.ts';
import type { Progress } from '../../contract/run.ts';
import type { Scenario, ServedModel } from '../scenario.ts';

export interface Load {
  readonly scenario: Scenario;
  /** Of the service, http or https; the paths of the requests are added to it. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What there is to be downloaded. */
  readonly models: readonly ServedModel[];
  /** Certificates in PEM to trust for https, instead of the defaults and NODE_EXTRA_CA_CERTS. */
  readonly ca?: string;
  /** When the load begins, in milliseconds since 1970; at once when absent. All else is prepared before. */
  readonly startAtMs?: number;
  /** Stops the load: what is in flight ends as `interrupted`. */
  readonly signal?: AbortSignal;
  /** Called once a second. */
  readonly onProgress?: (progress: Progress) => void;
  /** Called with each attempt when it has ended. */
  readonly onAttempt?: (attempt: Attempt) => void;
  /** Called with each iteration that was dropped. */
  readonly onDropped?: () => void;
  /** Called with the outcome of the scenario's header checks on one whole answer. */
  readonly onChecked?: (passes: number, fails: number) => void;
  /** Asked every two seconds; a reason stops the load, which then names it. */
  readonly findAbortReason?: (elapsedSeconds: number, receivedBytes: number) => string | null;
}
