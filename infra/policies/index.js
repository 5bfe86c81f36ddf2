import { PolicyPack } from '@pulumi/policy';
import { rules } from './rules.ts';

/** `pulumi preview --policy-pack infra/policies`: the rules that the tests hold every recorded resource against. */
new PolicyPack('modelrig', { enforcementLevel: 'mandatory', policies: [...rules] });
