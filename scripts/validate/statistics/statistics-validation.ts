import type { Validation } from '../validation.ts';
import { checkStatistics } from './check-statistics.ts';

export const statisticsValidation: Validation = {
  name: 'statistics',
  claim:
    'experiments on synthetic rounds with a known truth give at most 5.5 % false verdicts, their intervals cover the truth, and broken statistics are caught',
  seconds: 90,
  run: (say) => checkStatistics(20_000, {}, say),
};
