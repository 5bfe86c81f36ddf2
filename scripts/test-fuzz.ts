import { fileURLToPath } from 'node:url';
import { exitCodes } from '../bench/cli/exit-codes.ts';
import { listenForInterruption } from './listen-for-interruption.ts';
import { installStandIn } from './localstack/install-stand-in.ts';
import { takeNoArguments } from './take-no-arguments.ts';
import { printSummary } from './testing/print-summary.ts';
import { runTestFiles } from './testing/run-test-files.ts';

/** `npm run test:fuzz`: the API tried by Schemathesis, from its own OpenAPI document. */
takeNoArguments(
  'npm run test:fuzz',
  'Tries the API by 2,000 cases that Schemathesis makes of /openapi.json; it is installed in .schemathesis/ at the first start (needs Python 3.11 with pip).',
);
const home = fileURLToPath(new URL('../.schemathesis/', import.meta.url));
const requirements = fileURLToPath(new URL('fuzz/requirements.txt', import.meta.url));
const fuzzFile = 'server/http/test/fuzz/fuzz-api.ts';
const limitSeconds = 900;

const interruption = listenForInterruption();
const { python, folder } = await installStandIn(home, interruption, requirements);
const env = { SCHEMATHESIS_PYTHON: python, PYTHONPATH: folder };
const files = await runTestFiles(
  [{ path: fuzzFile, env }],
  limitSeconds,
  (text) => console.log(text),
  interruption,
);
process.exitCode = interruption.aborted ? exitCodes.interrupted : printSummary({ files });
