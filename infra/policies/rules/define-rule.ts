import type { PolicyResource, ResourceValidationPolicy, StackValidationPolicy } from '@pulumi/policy';

type Properties = Readonly<Record<string, unknown>>;

/** A rule for each resource of a type: its faults, in words that follow the resource's name. */
export function defineRule(
  name: string,
  description: string,
  type: string,
  findFaults: (properties: Properties) => readonly string[],
): ResourceValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: 'mandatory',
    validateResource: (resource, report) => {
      if (resource.type !== type) return;
      for (const fault of findFaults(resource.props)) report(`${resource.name} ${fault}.`);
    },
  };
}

/** A rule about how the resources of a stack go together. */
export function defineStackRule(
  name: string,
  description: string,
  findFaults: (resources: readonly PolicyResource[]) => readonly { name: string; fault: string }[],
): StackValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: 'mandatory',
    validateStack: ({ resources }, report) => {
      for (const found of findFaults(resources)) report(`${found.name} ${found.fault}.`);
    },
  };
}

/** The statements of a policy document that is kept as text. */
export function readStatements(policy: unknown): readonly PolicyStatement[] {
  const { Statement = [] } = JSON.parse(String(policy)) as { Statement?: PolicyStatement | PolicyStatement[] };
  return Array.isArray(Statement) ? Statement : [Statement];
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly [other: string]: unknown;
}

export function toList(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
