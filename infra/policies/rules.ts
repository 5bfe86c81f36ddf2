import { computeRules } from './rules/compute-rules.ts';
import { networkRules } from './rules/network-rules.ts';
import { permissionRules } from './rules/permission-rules.ts';
import { storageRules } from './rules/storage-rules.ts';

export const rules = [...storageRules, ...permissionRules, ...networkRules, ...computeRules] as const;
