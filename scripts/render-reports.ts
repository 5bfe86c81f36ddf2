import { findStaleReportFiles } from './reports/find-stale-files.ts';
import { writeStaleFiles } from './reports/write-stale-files.ts';
import { takeNoArguments } from './take-no-arguments.ts';

/**
 * `npm run reports`: makes the Markdown and the pictures of all reports below `reports/` anew from their JSON and
 * ledgers, and the published JSON Schema. Drafts are left alone.
 */
takeNoArguments(
  'npm run reports',
  'Renders Markdown and pictures of all reports below reports/ anew from their JSON and ledgers, and writes the published JSON Schema. Drafts are left alone.',
);
const stale = await findStaleReportFiles('reports');
await writeStaleFiles(stale);
for (const { path } of stale) console.log(`wrote ${path}`);
console.log(stale.length === 0 ? 'All reports are up to date.' : `${stale.length} files were out of date.`);
