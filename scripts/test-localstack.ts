import { prepareStandIn } from './localstack/prepare-stand-in.ts';
import { printSummary } from './testing/print-summary.ts';
import { runTestFiles } from './testing/run-test-files.ts';

/** `npm run test:localstack`: the suites of registry, publishing and benchmark against the stand-in for LocalStack. */
const fileLimitSeconds = 90;

const standIn = await prepareStandIn();
const reason = standIn.unavailable ?? standIn.fault;
if (reason !== null) console.log(`FAIL  The stand-in for LocalStack cannot run here: ${reason}`);
const files = await runTestFiles(standIn.files, fileLimitSeconds, (text) => console.log(text));
await standIn.stop();
process.exitCode = printSummary({ files, failedChecks: reason === null ? 0 : 1 });
