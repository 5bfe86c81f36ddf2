import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Report } from '../../contract/report.ts';
import { decodeLedger } from '../metrics/ledger-codec.ts';
import { findContradiction } from '../report/find-contradiction.ts';
import { findInconsistency } from '../report/find-inconsistency.ts';
import { formatBytes } from '../report/format.ts';
import { CommandError } from './exit-codes.ts';

/** Of about 120,000 rows. A longer ledger takes seconds, and memory beside, to be read whole. */
const mostBytes = 2_000_000;

/**
 * Recomputes what a report says from the ledger beside it. Null when all follows, else why it was not recomputed: then
 * its figures fit each other.
 * @throws {CommandError} naming the file when the ledger is another one or damaged, the report does not follow from it or
 * contradicts itself.
 */
export async function verifyReport(report: Report, folder: string): Promise<string | null> {
  const path = join(folder, basename(report.ledger.document));
  const ledger = await readLedger(path);
  if (ledger === null) return assertConsistent(report, folder, 'its ledger is not beside the report');
  const sha256 = createHash('sha256').update(ledger).digest('hex');
  if (sha256 !== report.ledger.sha256) {
    throw new CommandError(`${path} has the SHA-256 ${sha256}; its report names ${report.ledger.sha256}.`);
  }
  if (ledger.length > mostBytes) {
    return assertConsistent(report, folder, `its ledger has ${formatBytes(ledger.length)}`);
  }
  const fault = findFault(report, ledger, path);
  if (fault !== null)
    throw new CommandError(`${join(folder, 'report.json')} contradicts its ledger: ${fault}.`);
  return null;
}

/** What can be said without a ledger: do the figures fit each other? */
function assertConsistent(report: Report, folder: string, doubt: string): string {
  const fault = findInconsistency(report);
  if (fault === null) return doubt;
  throw new CommandError(`${join(folder, 'report.json')} contradicts itself: ${fault}.`);
}

async function readLedger(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new CommandError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`, {
      cause: error,
    });
  }
}

function findFault(report: Report, ledger: Uint8Array, path: string): string | null {
  try {
    const { runId, attempts } = decodeLedger(ledger);
    return runId === report.run_id
      ? findContradiction(report, attempts)
      : `run_id is ${report.run_id}, by its ledger ${runId}`;
  } catch (error) {
    throw new CommandError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
