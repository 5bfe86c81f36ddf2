import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRoles, type RoleCredentials } from '../../../scripts/localstack/create-roles.ts';
import { installStandIn } from '../../../scripts/localstack/install-stand-in.ts';
import { type StandIn, startStandIn } from '../../../scripts/localstack/start-stand-in.ts';
import { describeStandIn } from '../../../server/test/open-test-aws.ts';
import { type RegistryFixture, startRegistry } from '../../../server/test/registry-fixture.ts';
import { previewKnown } from '../support/stacks.ts';
import type { Statement } from './evaluate.ts';
import { type Deployment, readDeployment } from './read-deployment.ts';
import { type Program, recordPrograms } from './support/record-programs.ts';

/** Takes a minute of both cores, and so is part of `npm run test:localstack` alone. */
const test = suite('enforced policies');
const home = fileURLToPath(new URL('../../../.localstack/', import.meta.url));
const stand = await installStandIn(home, new AbortController().signal);

const variables = {
  MODELS_BUCKET: 'modelsBucket',
  RUNS_BUCKET: 'runsBucket',
  MODELS_TABLE: 'modelsTable',
  RUNS_TABLE: 'runsTable',
} as const;
const programs: readonly Program[] = ['service', 'runner', 'publisher'];
type Change = (statements: readonly Statement[]) => readonly Statement[];

let standIn: StandIn;
let registry: RegistryFixture;
let deployment: Deployment;

test.before(async () => {
  deployment = readDeployment(await previewKnown('fargate'));
  standIn = await startStandIn(stand, { enforcesPolicies: true });
  registry = await startRegistry({ aws: describeStandIn(standIn.url) });
});

test.after(async () => {
  await registry?.close();
  await standIn?.stop();
});

test('service, runner and publisher do all their work with what their roles allow', async () => {
  await recordPrograms({ registry, roles: await makeRoles('whole') });
});

for (const { program, action, fault } of [
  { program: 'publisher', action: 's3:PutObject', fault: /not authorized|denied/i },
  { program: 'service', action: 's3:GetObject', fault: /The download answered/ },
  { program: 'runner', action: 'dynamodb:UpdateItem', fault: /The run ended as failed/ },
] as const) {
  test(`without ${action} in its role, the ${program} fails`, async () => {
    const fresh = await registry.createEmpty();
    const roles = await makeRoles(`no-${program}`, fresh, program, (statements) =>
      statements
        .map((one) => ({ ...one, Action: one.Action.filter((name) => name !== action) }))
        .filter(({ Action }) => Action.length > 0),
    );
    const error = await recordPrograms({ registry: fresh, roles }).catch((thrown: unknown) => thrown);
    assert.instance(error, Error);
    assert.match(String(error), fault);
  });
}

async function makeRoles(
  prefix: string,
  { stores } = registry,
  changed?: Program,
  change: Change = (statements) => statements,
): Promise<Record<Program, RoleCredentials>> {
  const place = (text: string) =>
    Object.entries(variables).reduce(
      (placed, [variable, field]) =>
        placed.replaceAll(
          deployment.arnOf(variable),
          variable.endsWith('BUCKET')
            ? `arn:aws:s3:::${stores[field]}`
            : `arn:aws:dynamodb:us-east-1:000000000000:table/${stores[field]}`,
        ),
      text,
    );
  const policies = programs.map((program) => {
    const statements = deployment.statementsOf(`${program}-task`);
    const Statement = program === changed ? change(statements) : statements;
    return [`${prefix}-${program}`, JSON.parse(place(JSON.stringify({ Version: '2012-10-17', Statement })))];
  });
  const roles = await createRoles(stand, standIn.url, Object.fromEntries(policies));
  return Object.fromEntries(programs.map((program) => [program, roles[`${prefix}-${program}`]])) as Record<
    Program,
    RoleCredentials
  >;
}

test.run();
