import type { Resources } from '../support/find-resource.ts';
import { findEnvironmentFaults } from './find-environment-faults.ts';
import { findImageFaults } from './find-image-faults.ts';
import { findLinkFaults } from './find-link-faults.ts';
import { findNameFaults } from './find-name-faults.ts';
import { findOpenValues } from './find-open-values.ts';
import { findPlainSecrets } from './find-plain-secrets.ts';
import { findPolicyFaults } from './find-policy-faults.ts';
import { findProtectionFaults } from './find-protection-faults.ts';
import { findStartFaults } from './find-start-faults.ts';
import { findTableFaults } from './find-table-faults.ts';
import { findTargetFaults } from './find-target-faults.ts';

/** Everything that is wrong with a stack, each fault with the name of what has it. */
export async function findFaults(resources: Resources, { prod = false } = {}): Promise<string[]> {
  return [
    ...findOpenValues(resources),
    ...findPlainSecrets(resources),
    ...findEnvironmentFaults(resources),
    ...findLinkFaults(resources),
    ...findNameFaults(resources),
    ...findStartFaults(resources),
    ...findTargetFaults(resources),
    ...findTableFaults(resources),
    ...findImageFaults(resources),
    ...findProtectionFaults(resources, prod),
    ...(await findPolicyFaults(resources)),
  ];
}
