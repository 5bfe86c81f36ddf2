import type { Input } from '@pulumi/pulumi';

/** A statement of an IAM policy document. Ours only allow; what they do not name is denied. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly Input<string>[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Input<string>>>>>;
}

/** `Sid` takes letters and digits only. */
export function allow(
  Sid: string,
  Action: readonly string[],
  Resource: readonly Input<string>[],
  Condition?: Statement['Condition'],
): Statement {
  return { Sid, Effect: 'Allow', Action, Resource, ...(Condition === undefined ? {} : { Condition }) };
}
