import { expect } from '../support/expect.ts';
import { listOf, type Resources } from '../support/find-resource.ts';

/** What of a stack for production could be lost by one command, or of any other would be left behind by it. */
export function findProtectionFaults(resources: Resources, prod: boolean): string[] {
  return [
    ...listOf(resources, 's3:Bucket').flatMap(({ name, inputs, isProtected }) => [
      ...expect(inputs.forceDestroy, !prod, `forceDestroy of the bucket ${name}`),
      ...expect(isProtected, prod, `protection of the bucket ${name}`),
    ]),
    ...listOf(resources, 'dynamodb:Table').flatMap(({ name, inputs, isProtected }) => [
      ...expect(inputs.deletionProtectionEnabled, prod, `deletion protection of the table ${name}`),
      ...expect(isProtected, prod, `protection of the table ${name}`),
    ]),
    ...listOf(resources, 'lb:LoadBalancer').flatMap(({ name, inputs }) =>
      expect(inputs.enableDeletionProtection, prod, `deletion protection of the load balancer ${name}`),
    ),
    ...listOf(resources, 'awsx:ecr:Repository').flatMap(({ name, inputs }) =>
      expect(inputs.forceDelete, true, `forceDelete of the repository ${name}`),
    ),
  ];
}
