import { runChecks } from './testing/run-checks.ts';

/** `npm run check`: types, lint, import arrows, dead code. Prints what fails; exits 1 if anything does. */
const results = await runChecks((line) => console.error(line));
process.exitCode = results.every((result) => result.passed) ? 0 : 1;
