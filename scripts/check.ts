import { takeNoArguments } from './take-no-arguments.ts';
import { runChecks } from './testing/run-checks.ts';

/** `npm run check`: types, lint, import arrows, dead code. Prints what fails; exits 1 if anything does. */
takeNoArguments(
  'npm run check',
  'Runs type check, linter, import arrows and dead-code search, and prints what they find.',
);
const results = await runChecks((line) => console.error(line));
process.exitCode = results.every((result) => result.passed) ? 0 : 1;
