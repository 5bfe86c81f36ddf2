import type { Answer } from './ask.ts';
import { type Finding, type FindingKind, findingKinds } from './check-answer.ts';

/** What came of requests for artifacts. */
export interface AnswerCounts {
  /** Whole bodies of 200 and 206, each held against what was published. */
  whole: number;
  parts: number;
  /** Bodies made of several parts that each were cut. */
  resumed: number;
  /** Those among them with a byte that S3 flipped before a cut, which their digest tells. */
  resumedFlipped: number;
  notModified: number;
  /** 404, 412 and 416. */
  refused: number;
  /** 503. */
  later: number;
  /** 500. */
  failed: number;
  cut: number;
  /** No answer began, as while the service is dead. */
  unanswered: number;
  left: number;
  /** Of whole and cut bodies. */
  bytes: number;
}

export interface FindingCount {
  count: number;
  /** The first few, in words. */
  readonly told: string[];
}

const mostTold = 5;

export class Tally {
  readonly answers: AnswerCounts = {
    whole: 0,
    parts: 0,
    resumed: 0,
    resumedFlipped: 0,
    notModified: 0,
    refused: 0,
    later: 0,
    failed: 0,
    cut: 0,
    unanswered: 0,
    left: 0,
    bytes: 0,
  };
  readonly findings = Object.fromEntries(
    findingKinds.map((kind) => [kind, { count: 0, told: [] }]),
  ) as unknown as Readonly<Record<FindingKind, FindingCount>>;

  count(answer: Answer): void {
    const { answers } = this;
    answers.bytes += answer.bodyBytes;
    if (answer.end === 'left') answers.left += 1;
    else if (answer.status === 0) answers.unanswered += 1;
    else if (answer.end !== 'whole') answers.cut += 1;
    else if (answer.status === 200) answers.whole += 1;
    else if (answer.status === 206) answers.parts += 1;
    else if (answer.status === 304) answers.notModified += 1;
    else if (answer.status === 503) answers.later += 1;
    else if (answer.status === 500) answers.failed += 1;
    else answers.refused += 1;
  }

  note(finding: Finding | null): void {
    if (finding === null) return;
    const found = this.findings[finding.kind];
    found.count += 1;
    if (found.told.length < mostTold) found.told.push(finding.text);
  }
}
