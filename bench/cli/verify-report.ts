import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Report } from '../../contract/report.ts';
import type { AttemptLog } from '../metrics/attempt-log.ts';
import { decodeLedger } from '../metrics/ledger-codec.ts';
import { decodePhases } from '../report/decode-phases.ts';
import { findContradiction } from '../report/find-contradiction.ts';
import { findInconsistency } from '../report/find-inconsistency.ts';
import { findPhaseContradiction } from '../report/find-phase-contradiction.ts';
import { formatBytes } from '../report/format.ts';
import { CommandError } from './exit-codes.ts';

/** Of about 120,000 rows. A longer ledger takes seconds, and memory beside, to be read whole. */
const mostBytes = 2_000_000;

/**
 * Recomputes what a report says from the ledger and the phases beside it. Null when all follows, else what was not
 * recomputed and why: then its figures fit each other.
 * @throws {CommandError} naming the file when the ledger is another one or damaged, as the phases may be, the report does
 * not follow from them or contradicts itself.
 */
export async function verifyReport(report: Report, folder: string): Promise<string | null> {
  const path = join(folder, basename(report.ledger.document));
  const ledger = await readBeside(path);
  if (ledger === null) return assertConsistent(report, folder, 'its ledger is not beside the report');
  const sha256 = createHash('sha256').update(ledger).digest('hex');
  if (sha256 !== report.ledger.sha256) {
    throw new CommandError(`${path} has the SHA-256 ${sha256}; its report names ${report.ledger.sha256}.`);
  }
  if (ledger.length > mostBytes) {
    return assertConsistent(report, folder, `its ledger has ${formatBytes(ledger.length)}`);
  }
  const { runId, attempts } = decode(() => decodeLedger(ledger), path);
  const fault =
    runId === report.run_id
      ? findContradiction(report, attempts)
      : `run_id is ${report.run_id}, by its ledger ${runId}`;
  refuse(fault, folder, 'its ledger');
  return verifyWhiteBox(report, folder, attempts);
}

/** Where the time went, by the phases of each request beside the ledger. */
async function verifyWhiteBox(report: Report, folder: string, attempts: AttemptLog): Promise<string | null> {
  if (!report.white_box?.attribution) return null;
  const path = join(folder, 'phases.json.gz');
  const document = await readBeside(path);
  if (document === null) return 'where the time went, for phases.json.gz is not beside the report';
  const phases = decode(() => decodePhases(document), path);
  refuse(findPhaseContradiction(report, attempts, phases), folder, 'its phases');
  return null;
}

function refuse(fault: string | null, folder: string, witness: string): void {
  if (fault === null) return;
  throw new CommandError(`${join(folder, 'report.json')} contradicts ${witness}: ${fault}.`);
}

/** What can be said without a ledger: do the figures fit each other? */
function assertConsistent(report: Report, folder: string, doubt: string): string {
  const fault = findInconsistency(report);
  if (fault === null) return doubt;
  throw new CommandError(`${join(folder, 'report.json')} contradicts itself: ${fault}.`);
}

async function readBeside(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new CommandError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`, {
      cause: error,
    });
  }
}

function decode<Content>(act: () => Content, path: string): Content {
  try {
    return act();
  } catch (error) {
    throw new CommandError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
