import type { Input } from '@pulumi/pulumi';

/** A metric that is shown on the dashboard, and watched where a limit is given. */
export interface Signal {
  readonly name: string;
  readonly namespace: string;
  readonly metric: string;
  readonly statistic: 'Sum' | 'Average' | 'Maximum' | 'p99';
  readonly dimensions: Readonly<Record<string, Input<string>>>;
  /** Three minutes in a row above it are an alarm. */
  readonly alarmAbove?: number;
}
