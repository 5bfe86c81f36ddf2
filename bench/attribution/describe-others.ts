import type { Generator } from '../../contract/report.ts';
import { percent } from './describe-suspect.ts';

type MachineUse = Pick<Generator, 'foreign_share' | 'foreign_share_at_most' | 'stolen_share'>;

const muchForeign = 0.1;
/** More than the embedded DynamoDB and a command that waits ever take. */
const mostUnknown = 0.25;
const muchStolen = 0.05;

/**
 * Says that others had so much of the generator's cores that what waited for a core may look as if it waited for anything
 * else, and what to do; null where they had not, or nobody knows.
 */
export function describeOthers({
  foreign_share = null,
  foreign_share_at_most = null,
  stolen_share = null,
}: MachineUse): string | null {
  const isMuch =
    foreign_share === null ? (foreign_share_at_most ?? 0) > mostUnknown : foreign_share > muchForeign;
  if (!isMuch) return null;
  const share = percent(foreign_share ?? foreign_share_at_most ?? 0);
  const who =
    (stolen_share ?? 0) > muchStolen ? 'other processes and other machines of this host' : 'other processes';
  const bound = foreign_share === null ? ' (the embedded DynamoDB among them)' : '';
  return `${who}${bound} used ${share} of the cores: quiet the machine and repeat`;
}
