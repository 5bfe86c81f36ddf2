import type { PolicyResource, ResourceValidationArgs } from '@pulumi/policy';
import { rules } from '../../policies/rules.ts';
import type { RecordedResource } from '../../preview/monitor-server.ts';
import { expandComponents } from '../support/expand-components.ts';
import type { Resources } from '../support/find-resource.ts';

/** What our own policy pack says of the resources: the rule's name, then the fault. */
export async function findPolicyFaults(recorded: Resources): Promise<string[]> {
  const resources = expandComponents(recorded);
  const faults: string[] = [];
  for (const rule of rules) {
    const report = (message: string) => void faults.push(`${rule.name}: ${message}`);
    if ('validateStack' in rule) {
      await rule.validateStack(
        {
          resources: resources.map(toPolicyResource),
          stackTags: new Map(),
          getConfig: refuse,
          notApplicable: refuse,
        },
        report,
      );
      continue;
    }
    const { validateResource } = rule;
    if (typeof validateResource !== 'function') throw new Error(`${rule.name} does not validate.`);
    for (const resource of resources) await validateResource(toArguments(resource), report);
  }
  return faults;
}

function toArguments({
  type,
  name,
  urn,
  inputs,
  isProtected,
  parent,
}: RecordedResource): ResourceValidationArgs {
  return {
    type,
    name,
    urn,
    props: { ...inputs },
    opts: {
      parent,
      protect: isProtected,
      ignoreChanges: [],
      aliases: [],
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
      additionalSecretOutputs: [],
    },
    stackTags: new Map(),
    isType: refuse,
    asType: refuse,
    getConfig: refuse,
    notApplicable: refuse,
  };
}

function toPolicyResource(resource: RecordedResource): PolicyResource {
  return {
    ...toArguments(resource),
    dependencies: [],
    propertyDependencies: {},
    isType: refuse,
    asType: refuse,
  };
}

function refuse(): never {
  throw new Error('Our rules do not ask for this.');
}
