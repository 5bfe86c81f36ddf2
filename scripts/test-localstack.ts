import { exitCodes } from '../bench/cli/exit-codes.ts';
import { listenForInterruption } from './listen-for-interruption.ts';
import { prepareStandIn } from './localstack/prepare-stand-in.ts';
import { takeNoArguments } from './take-no-arguments.ts';
import { fileLimitSeconds } from './testing/file-limit.ts';
import { printSummary } from './testing/print-summary.ts';
import { runTestFiles } from './testing/run-test-files.ts';

/**
 * `npm run test:localstack`: the suites of registry, publishing and benchmark against the stand-in for LocalStack, and
 * all programs under the policies of their roles, which another stand-in enforces.
 */
takeNoArguments(
  'npm run test:localstack',
  'Runs the tests of registry, publishing and benchmark against a stand-in for LocalStack, and the programs under the policies of their roles on AWS. It is installed in .localstack/ at the first start (needs Python 3.10 with pip).',
);

const interruption = listenForInterruption();
const standIn = await prepareStandIn(interruption);
const print = (text: string) => console.log(text);
const ofPolicies =
  standIn.files.length === 0 ? [] : [{ path: 'infra/test/iam/enforced-policies.localstack.ts' }];
const files = await runTestFiles([...ofPolicies, ...standIn.files], fileLimitSeconds, print, interruption);
await standIn.stop();
if (interruption.aborted) {
  console.error('Interrupted; what was started is stopped.');
  process.exitCode = exitCodes.interrupted;
} else {
  const reason = standIn.unavailable ?? standIn.fault;
  if (reason !== null) print(`FAIL  The stand-in for LocalStack cannot run here: ${reason}`);
  process.exitCode = printSummary({ files, failedChecks: reason === null ? 0 : 1 });
}
