import { defineRule, type PolicyStatement, readStatements, toList } from './define-rule.ts';

/** Actions for which IAM knows no resource to name, or none that Fargate has, and what has to narrow them instead. */
const withoutResource: Readonly<Record<string, string | null>> = {
  'ecr:GetAuthorizationToken': null,
  'ecs:ListTasks': 'ecs:cluster',
};

export const permissionRules = [
  defineRule(
    'allow-names-what-it-allows',
    'No wildcard in what an Allow statement allows.',
    'aws:iam/rolePolicy:RolePolicy',
    ({ policy }) =>
      readStatements(policy)
        .filter(({ Effect }) => Effect === 'Allow')
        .flatMap(findWildcards),
  ),
  defineRule(
    'role-is-taken-by-a-service',
    'A role is taken by one AWS service, and by nobody else.',
    'aws:iam/role:Role',
    ({ assumeRolePolicy }) =>
      readStatements(assumeRolePolicy)
        .filter(({ Principal }) => !/^\{"Service":"[a-z-]+\.amazonaws\.com"\}$/.test(JSON.stringify(Principal)))
        .map(({ Principal }) => `may be taken by ${JSON.stringify(Principal)}`),
  ),
] as const;

function findWildcards({
  Sid = 'a statement',
  Action,
  Resource,
  Condition,
  ...others
}: PolicyStatement): string[] {
  const actions = toList(Action);
  const unusual = ['NotAction', 'NotResource', 'NotPrincipal'].filter((name) => name in others);
  return [
    ...unusual.map((name) => `has ${name} in ${Sid}`),
    ...actions.filter((action) => /[*?]/.test(action)).map((action) => `allows ${action} in ${Sid}`),
    ...toList(Resource)
      .filter((resource) => isTooWide(resource, actions, Condition))
      .map((resource) => `allows ${actions.join(', ')} on ${resource} in ${Sid}`),
  ];
}

/** Below a named thing all may be meant: objects of a prefix, streams of a log, tasks of a cluster. */
function isTooWide(
  resource: string,
  actions: readonly string[],
  condition: PolicyStatement['Condition'],
): boolean {
  if (resource === '*') return !actions.every((action) => isNarrowedElsewhere(action, condition));
  const [arn, partition, service, region, account, ...rest] = resource.split(':');
  const place = [arn, partition, service, region, account].join(':');
  if (/[*?]/.test(place)) return true;
  const thing = rest.join(':');
  return /[*?]/.test(thing) && !/^[^*?]+[/:][^*?]+[/:]\*$/.test(thing);
}

function isNarrowedElsewhere(action: string, condition: PolicyStatement['Condition']): boolean {
  const key = withoutResource[action];
  if (key === undefined) return false;
  return key === null || condition?.ArnEquals?.[key] !== undefined;
}
