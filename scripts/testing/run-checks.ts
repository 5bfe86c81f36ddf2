import { execa } from 'execa';

export interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
}

const checks: readonly { name: string; command: readonly [string, ...string[]] }[] = [
  { name: 'types', command: ['tsc'] },
  { name: 'types of the page', command: ['tsc', '--project', 'server/dashboard/page'] },
  { name: 'lint and format', command: ['biome', 'ci', '--error-on-warnings', '--colors=off'] },
  {
    name: 'import arrows',
    command: ['depcruise', 'contract', 'bench', 'server', 'scripts', 'infra', '--output-type', 'err'],
  },
  { name: 'dead code', command: ['knip', '--no-progress', '--treat-config-hints-as-errors'] },
];

/** Runs the checks one after the other and hands a line for each, with its output when it fails, to `print`. */
export async function runChecks(print: (line: string) => void): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { name, command } of checks) {
    const [file, ...args] = command;
    const startedMs = performance.now();
    const { failed, all } = await execa(file, args, { preferLocal: true, all: true, reject: false });
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
    print(`${failed ? 'FAIL' : 'ok  '}  check: ${name}  ${seconds} s`);
    if (failed) print(all);
    results.push({ name, passed: !failed });
  }
  return results;
}
