import { compareReports, readReport } from '../../bench/index.ts';
import type { Comparison } from '../../contract/comparison.ts';
import type { Report } from '../../contract/report.ts';
import { DomainError } from '../domain-error.ts';
import type { PerformanceContext } from './performance-context.ts';
import { readDocument } from './read-document.ts';

type Difference = ReturnType<typeof compareReports>['differences'][number];

/**
 * Two runs held against each other by the harness's own comparison.
 * @throws {DomainError} `run_not_found`; `document_not_found` for a run without a report; `report_unreadable`.
 */
export async function compareRuns(context: PerformanceContext, a: string, b: string): Promise<Comparison> {
  const [one, other] = await Promise.all([readRunReport(context, a), readRunReport(context, b)]);
  const { isComparable, differences, subject, figures, doubts } = compareReports(one, other);
  return {
    a,
    b,
    is_comparable: isComparable,
    differences: differences.map(toDifference),
    subject: subject.map(toDifference),
    figures: figures.map(({ name, title, unit, better, one: ofA, other: ofB, isAtLeast, ratio }) => ({
      name,
      title,
      unit,
      better,
      a: ofA,
      b: ofB,
      a_at_least: isAtLeast.one,
      b_at_least: isAtLeast.other,
      ratio,
    })),
    doubts: doubts.map((doubt) => doubt.replace('the first run', 'run A').replace('the second run', 'run B')),
  };
}

async function readRunReport(context: PerformanceContext, runId: string): Promise<Report> {
  const document = await readDocument(context, runId, 'report.json');
  try {
    return readReport(document.toString('utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DomainError('report_unreadable', `The report of run ${runId} cannot be compared: ${reason}`, {
      cause,
    });
  }
}

function toDifference({ field, one, other }: Difference): Comparison['differences'][number] {
  return { field, a: one, b: other };
}
