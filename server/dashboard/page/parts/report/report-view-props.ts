import type { Report } from '../../../../../contract/report.ts';
import type { Results } from '../../../../../contract/results.ts';

/** What every part of a report's view is given. */
export interface ReportViewProps {
  readonly report: Report;
  /** Document name -> path. */
  readonly documents: Results['documents'];
}
