import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Experiment } from '../../contract/experiment.ts';
import type { Report } from '../../contract/report.ts';

/** What a version may take in the repository. */
const mostBytes = 1_000_000;

/**
 * Makes the rounds of a version fit: first their timelines go, then, if that is not enough, their ledgers. The document says
 * what is gone, and has the hashes of what is left.
 */
export async function keepToSize(
  folder: string,
  experiment: Experiment,
  limit = mostBytes,
): Promise<Experiment> {
  if ((await measure(folder)) <= limit) return experiment;
  const rounds: Experiment['rounds'] = [];
  for (const round of experiment.rounds) {
    rounds.push(
      round.report === null ? round : { ...round, report_sha256: await slim(join(folder, round.report)) },
    );
  }
  const without = ['the timelines of its rounds'];
  if ((await measure(folder)) > limit) {
    await removeLedgers(folder);
    without.push('their ledgers');
  }
  return { ...experiment, rounds, left_out: without };
}

async function measure(folder: string): Promise<number> {
  let bytes = 0;
  for (const path of await readdir(folder, { recursive: true })) {
    const found = await stat(join(folder, path));
    if (found.isFile()) bytes += found.size;
  }
  return bytes;
}

/** The hash of the text that is left. */
async function slim(path: string): Promise<string> {
  const report = JSON.parse(gunzipSync(await readFile(path)).toString('utf8')) as Report;
  const text = `${JSON.stringify(dropTimelines(report))}\n`;
  await writeFile(path, gzipSync(text, { level: 9 }));
  return createHash('sha256').update(text).digest('hex');
}

function dropTimelines(report: Report): Report {
  const { black_box, white_box } = report;
  return {
    ...report,
    black_box: { ...black_box, series: null },
    white_box:
      white_box === null
        ? null
        : {
            ...white_box,
            instances: white_box.instances.map((instance) => ({
              ...instance,
              timeline: null,
              histograms: null,
            })),
          },
  };
}

async function removeLedgers(folder: string): Promise<void> {
  for (const path of await readdir(folder, { recursive: true })) {
    if (path.endsWith('ledger.json.gz')) await rm(join(folder, path));
  }
}
