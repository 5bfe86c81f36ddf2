import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Signal } from './signal.ts';
import type { Storage } from './storage.ts';

export interface ObservabilityArgs {
  readonly region: string;
  readonly signals: readonly Signal[];
  readonly alarmTopicArn: string | null;
}

const columns = 3;
const widget = { width: 8, height: 6 };
const periodSeconds = 60;

/** One dashboard of all signals, and an alarm for each that has a limit. */
export class Observability extends pulumi.ComponentResource {
  /** Where a person looks at it. */
  readonly dashboardUrl: pulumi.Output<string>;

  constructor(name: string, args: ObservabilityArgs, options?: pulumi.ComponentResourceOptions) {
    super('modelrig:infra:Observability', name, {}, options);
    const parent = { parent: this };
    const dashboard = new aws.cloudwatch.Dashboard(
      name,
      {
        dashboardName: `${pulumi.getProject()}-${pulumi.getStack()}`,
        dashboardBody: pulumi.jsonStringify({ widgets: args.signals.map(toWidget(args.region)) }),
      },
      parent,
    );
    for (const signal of args.signals) {
      if (signal.alarmAbove !== undefined) createAlarm(signal, signal.alarmAbove);
    }
    this.dashboardUrl = pulumi.interpolate`https://${args.region}.console.aws.amazon.com/cloudwatch/home?region=${args.region}#dashboards/dashboard/${dashboard.dashboardName}`;
    this.registerOutputs({ dashboardUrl: this.dashboardUrl });

    function createAlarm(signal: Signal, limit: number): void {
      new aws.cloudwatch.MetricAlarm(
        signal.name,
        {
          alarmDescription: `${signal.metric} above ${limit} in three minutes of a row`,
          namespace: signal.namespace,
          metricName: signal.metric,
          dimensions: signal.dimensions,
          ...(signal.statistic === 'p99' ? { extendedStatistic: 'p99' } : { statistic: signal.statistic }),
          period: periodSeconds,
          evaluationPeriods: 3,
          comparisonOperator: 'GreaterThanThreshold',
          threshold: limit,
          treatMissingData: 'notBreaching',
          ...(args.alarmTopicArn === null
            ? {}
            : { alarmActions: [args.alarmTopicArn], okActions: [args.alarmTopicArn] }),
        },
        parent,
      );
    }
  }
}

/** Throttled requests of the tables: they come back to clients as 503. */
export function storageSignals({ modelsTable, runsTable }: Storage): Signal[] {
  return [
    { table: 'models', name: modelsTable.name },
    { table: 'runs', name: runsTable.name },
  ].flatMap(({ table, name }) =>
    (['ReadThrottleEvents', 'WriteThrottleEvents'] as const).map((metric) => ({
      name: `${table}-${metric === 'ReadThrottleEvents' ? 'reads' : 'writes'}-throttled`,
      namespace: 'AWS/DynamoDB',
      metric,
      statistic: 'Sum' as const,
      dimensions: { TableName: name },
      alarmAbove: 0,
    })),
  );
}

function toWidget(region: string) {
  return (signal: Signal, index: number) => ({
    type: 'metric',
    x: (index % columns) * widget.width,
    y: Math.floor(index / columns) * widget.height,
    ...widget,
    properties: {
      title: signal.name.replaceAll('-', ' '),
      region,
      stat: signal.statistic,
      period: periodSeconds,
      metrics: [[signal.namespace, signal.metric, ...Object.entries(signal.dimensions).flat()]],
    },
  });
}
