import ts from 'typescript';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { repositoryRoot } from '../preview/repository-root.ts';

const test = suite('renames in the contract');

/** What is renamed on the contract's side alone, and where the other side is. */
const renames = [
  { file: 'contract/environment.ts', from: '  MODELS_BUCKET: {', to: '  MODEL_BUCKET: {' },
  { file: 'contract/environment.ts', from: '  RUNNER_CLUSTER: {', to: '  RUNNER_ECS_CLUSTER: {' },
  { file: 'contract/environment.ts', from: '  TRIGGER_TOKEN_PARAMETER: {', to: '  TOKEN_PARAMETER: {' },
  { file: 'contract/environment.ts', from: '  TARGET_URL: {', to: '  TARGET: {' },
  { file: 'contract/tables.ts', from: '  readonly sortKey: string;', to: '  readonly rangeKey: string;' },
  { file: 'contract/tables.ts', from: '  readonly ttlAttribute: ', to: '  readonly expiryAttribute: ' },
] as const;
const sides = ['infra/index.ts', 'server/config.ts', 'server/aws/create-stores.ts'];

test('an environment variable or a key that is renamed in the contract compiles neither in infra nor in server', () => {
  const before = compile((_, text) => text);
  assert.equal(before, []);
  const faults = compile((file, text) =>
    renames
      .filter((rename) => rename.file === file)
      .reduce((changed, { from, to }) => {
        assert.is(changed.split(from).length, 2, `${file} has not one "${from}"`);
        return changed.replace(from, to);
      }, text),
  );
  const expect = (side: string, names: readonly string[]) => {
    for (const name of names) {
      const found = faults.some((fault) => fault.startsWith(side) && new RegExp(`\\b${name}\\b`).test(fault));
      assert.ok(found, `${name} in ${side}:\n${faults.join('\n')}`);
    }
  };
  const variables = ['MODELS_BUCKET', 'RUNNER_CLUSTER', 'TRIGGER_TOKEN_PARAMETER', 'TARGET_URL'];
  const keys = ['sortKey', 'ttlAttribute'];
  expect('infra/', [...variables, ...keys]);
  expect('server/config.ts', variables);
  expect('server/aws/create-stores.ts', keys);
});

/** The errors of both sides, with the contract's files as `change` has them. */
function compile(change: (file: string, text: string) => string): string[] {
  const { config } = ts.readConfigFile(`${repositoryRoot}tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, repositoryRoot);
  const host = ts.createCompilerHost(options);
  const { readFile } = host;
  host.readFile = (path) => {
    const text = readFile(path);
    const file = path.replace(repositoryRoot, '');
    return text !== undefined && file.startsWith('contract/') ? change(file, text) : text;
  };
  const program = ts.createProgram(
    sides.map((side) => repositoryRoot + side),
    options,
    host,
  );
  return program
    .getSourceFiles()
    .filter(({ fileName }) => /^(infra|server|contract)\//.test(fileName.replace(repositoryRoot, '')))
    .flatMap((source) => program.getSemanticDiagnostics(source))
    .map(({ file, messageText }) => {
      const text = ts.flattenDiagnosticMessageText(messageText, '\n');
      return `${file?.fileName.replace(repositoryRoot, '')}: ${text}`;
    });
}

test.run();
