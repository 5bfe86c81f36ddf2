import {
  type ComputeBackend,
  computeBackends,
  deliveryStrategies,
  environment,
  localStrategies,
} from '../contract/environment.ts';
import { describeFargateSizes, isFargateSize } from './fargate-sizes.ts';
import { type Setting, type SettingName, settings } from './settings.ts';

/** What Pulumi keeps for a stack: full keys (`modelrig:prod`), values as text, objects as JSON. */
export type StackValues = Readonly<Record<string, string | undefined>>;

export interface TaskSize {
  readonly cpu: number;
  readonly memoryMib: number;
}

export interface Config {
  readonly region: string;
  readonly computeBackend: ComputeBackend;
  readonly prod: boolean;
  readonly architecture: 'arm64' | 'x86_64';
  readonly serviceSize: TaskSize;
  /** Processes of a service task; null leaves it to the service. */
  readonly workers: number | null;
  readonly serviceTasks: { readonly min: number; readonly max: number };
  readonly lambda: {
    readonly memoryMib: number;
    readonly timeoutSeconds: number;
    readonly concurrency: number | null;
  };
  readonly runnerSize: TaskSize;
  readonly delivery: {
    readonly strategy: 'buffered' | 'streamed' | 'cached' | 'redirected';
    readonly downloadConcurrency: number | null;
    readonly s3MaxSockets: number | null;
    readonly cacheBytes: number | null;
  };
  readonly network: { readonly cidrBlock: string; readonly availabilityZones: number };
  readonly allowedCidrs: readonly string[];
  readonly certificateArn: string | null;
  /** Null exactly where there is no certificate. */
  readonly domainName: string | null;
  readonly imageUri: string | null;
  readonly logRetentionDays: number;
  readonly alarmTopicArn: string | null;
  readonly permissionsBoundary: string | null;
}

const namespace = 'modelrig:';

/**
 * Reads a stack's settings; `COMPUTE_BACKEND` of the environment comes before the stack's own.
 * @throws {Error} with all faults, a line each, before any resource is declared.
 */
export function readConfig(values: StackValues, env: StackValues): Config {
  const read = new Settings(values, env);
  const computeBackend = read.oneOf('computeBackend', computeBackends);
  const config: Config = {
    region: read.region(),
    computeBackend,
    prod: read.oneOf('prod', ['false', 'true']) === 'true',
    architecture: read.oneOf('architecture', ['arm64', 'x86_64']),
    serviceSize: read.size('serviceCpu', 'serviceMemoryMib'),
    workers: read.optionalInteger('workers', 1, mostWorkers),
    serviceTasks: read.range('serviceTasks', 'serviceMaxTasks', 2, 100),
    lambda: {
      memoryMib: read.integer('lambdaMemoryMib', 512, 10_240),
      timeoutSeconds: read.integer('lambdaTimeoutSeconds', 30, 900),
      concurrency: read.optionalInteger('lambdaConcurrency', 1, 1_000),
    },
    runnerSize: read.size('runnerCpu', 'runnerMemoryMib'),
    delivery: {
      strategy: read.oneOf(
        'delivery',
        remoteStrategies,
        computeBackend === 'lambda' ? environment.DELIVERY.defaultOn.lambda : environment.DELIVERY.default,
      ),
      downloadConcurrency: read.optionalInteger('downloadConcurrency', 1, 10_000),
      s3MaxSockets: read.optionalInteger('s3MaxSockets', 1, 10_000),
      cacheBytes: read.optionalBytes('cacheBytes'),
    },
    network: {
      cidrBlock: read.text('cidrBlock', isPrivateRange),
      availabilityZones: read.integer('availabilityZones', 2, 3),
    },
    allowedCidrs: read.list('allowedCidrs', isCidr, mostCidrs),
    certificateArn: read.optional('certificateArn', isArnOf('acm', 'certificate/')),
    domainName: read.optional('domainName', (text) => hostName.test(text)),
    imageUri: read.optional('imageUri', (text) => imageByDigest.test(text)),
    logRetentionDays: Number(read.oneOf('logRetentionDays', retentions)),
    alarmTopicArn: read.optional('alarmTopicArn', isArnOf('sns', '')),
    permissionsBoundary: read.optional('permissionsBoundary', isArnOf('iam', 'policy/')),
  };
  read.refuseUnknown();
  const memoryMib = computeBackend === 'lambda' ? config.lambda.memoryMib : config.serviceSize.memoryMib;
  // The function is one process, whatever the stack says of tasks.
  const workers = computeBackend === 'lambda' ? 1 : (config.workers ?? 1);
  const mostCacheBytes = Math.max(0, memoryMib - workers * ownMib) * 1_048_576;
  if (config.delivery.cacheBytes !== null && config.delivery.cacheBytes > mostCacheBytes) {
    read.fault(
      `cacheBytes is "${config.delivery.cacheBytes}"; with ${memoryMib} MiB of memory at most ${mostCacheBytes} are left for artifacts`,
    );
  }
  if ((config.certificateArn === null) !== (config.domainName === null)) {
    const [given, absent] =
      config.domainName === null ? ['certificateArn', 'domainName'] : ['domainName', 'certificateArn'];
    read.fault(`${given} is set and ${absent} is not; a certificate is good for a name: set both, or neither`);
  }
  const cores = Math.max(1, config.serviceSize.cpu / cpuUnitsPerCore);
  if (config.workers !== null && config.workers > cores && config.workers <= mostWorkers) {
    const { cpu } = config.serviceSize;
    read.fault(`workers is "${config.workers}"; with serviceCpu ${cpu} a task has cores for ${cores} at most`);
  }
  for (const name of ['downloadConcurrency', 's3MaxSockets'] as const) {
    const value = config.delivery[name];
    if (value !== null && value >= 1 && value < workers && workers <= mostWorkers) {
      read.fault(`${name} is "${value}"; with workers ${workers} at least ${workers}, one for each`);
    }
  }
  if (
    computeBackend === 'fargate' &&
    config.certificateArn === null &&
    config.allowedCidrs.includes('0.0.0.0/0')
  ) {
    read.fault(
      'allowedCidrs has 0.0.0.0/0, but without certificateArn the service speaks plain HTTP; name the ranges, or a certificate',
    );
  }
  read.throwFaults();
  return config;
}

const remoteStrategies = deliveryStrategies.filter(
  (name) => !localStrategies.some((local) => local === name),
) as readonly Exclude<(typeof deliveryStrategies)[number], (typeof localStrategies)[number]>[];
const cpuUnitsPerCore = 1_024;
/** Fargate's largest task has so many cores. */
const mostWorkers = 16;
/** What each of the service's processes needs beside the artifacts that it keeps. */
const ownMib = 256;
/** A security group takes 60 rules; with a certificate each range needs two. */
const mostCidrs = 30;
const retentions = ['1', '3', '5', '7', '14', '30', '60', '90', '180', '365'] as const;
const hostName = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const imageByDigest =
  /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/[a-z0-9._/-]{2,256}@sha256:[0-9a-f]{64}$/;

/** Reads by the list of settings and collects faults instead of stopping at the first. */
class Settings {
  readonly #values: StackValues;
  readonly #faults: string[] = [];

  constructor(values: StackValues, env: StackValues) {
    const fromEnvironment = env.COMPUTE_BACKEND ? { [`${namespace}computeBackend`]: env.COMPUTE_BACKEND } : {};
    this.#values = { ...values, ...fromEnvironment };
  }

  region(): string {
    const region = this.#values['aws:region'] ?? '';
    if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
      this.fault(`aws:region is ${region === '' ? 'not set' : `"${region}"`}; set a region such as eu-west-1`);
    }
    return region;
  }

  text(name: SettingName, isAllowed: (text: string) => boolean, fallback?: string): string {
    const text = this.#read(name) ?? fallback ?? '';
    if (!isAllowed(text)) this.#wrong(name, text);
    return text;
  }

  optional(name: SettingName, isAllowed: (text: string) => boolean): string | null {
    return this.#read(name) === undefined ? null : this.text(name, isAllowed);
  }

  oneOf<const Value extends string>(
    name: SettingName,
    values: readonly Value[],
    fallback?: NoInfer<Value>,
  ): Value {
    const text = this.text(name, (candidate) => values.some((value) => value === candidate), fallback);
    return values.find((value) => value === text) ?? (values[0] as Value);
  }

  integer(name: SettingName, min: number, max: number): number {
    return Number(this.text(name, (text) => isIntegerWithin(text, min, max)));
  }

  optionalInteger(name: SettingName, min: number, max: number): number | null {
    return this.#read(name) === undefined ? null : this.integer(name, min, max);
  }

  optionalBytes(name: SettingName): number | null {
    const isRight = (text: string) => /^\d{1,12}$/.test(text);
    const text = this.optional(name, isRight);
    // A wrong one has been told.
    return text === null || !isRight(text) ? null : Number(text);
  }

  range(least: SettingName, most: SettingName, min: number, max: number): { min: number; max: number } {
    const lower = this.integer(least, min, max);
    return { min: lower, max: this.integer(most, Number.isNaN(lower) ? min : lower, max) };
  }

  size(cpuName: SettingName, memoryName: SettingName): TaskSize {
    const cpu = Number(this.text(cpuName, (text) => describeFargateSizes(Number(text)) !== null));
    const memoryMib = Number(this.text(memoryName, (text) => /^\d{1,6}$/.test(text)));
    const offered = describeFargateSizes(cpu);
    if (offered !== null && !isFargateSize(cpu, memoryMib)) {
      this.fault(`${memoryName} is "${memoryMib}"; with ${cpuName} ${cpu} Fargate offers ${offered}`);
    }
    return { cpu, memoryMib };
  }

  list(name: SettingName, isAllowed: (text: string) => boolean, most: number): readonly string[] {
    const text = this.#read(name) ?? '[]';
    const items = parseJson(text);
    const isRight = (list: readonly unknown[]) =>
      list.every((item) => typeof item === 'string' && isAllowed(item)) &&
      list.length <= most &&
      new Set(list).size === list.length;
    if (Array.isArray(items) && isRight(items)) return items;
    this.#wrong(name, text);
    return [];
  }

  refuseUnknown(): void {
    for (const key of Object.keys(this.#values)) {
      if (key.startsWith(namespace) && !Object.hasOwn(settings, key.slice(namespace.length))) {
        this.fault(`${key.slice(namespace.length)} is no setting; known: ${Object.keys(settings).join(', ')}`);
      }
    }
  }

  fault(text: string): void {
    this.#faults.push(text);
  }

  throwFaults(): void {
    if (this.#faults.length === 0) return;
    const count = this.#faults.length === 1 ? 'a fault' : `${this.#faults.length} faults`;
    throw new Error(
      `The stack's configuration has ${count}:\n${this.#faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
  }

  #read(name: SettingName): string | undefined {
    const setting: Setting = settings[name];
    return this.#values[`${namespace}${name}`] || setting.default;
  }

  #wrong(name: SettingName, text: string): void {
    this.fault(`${name} is "${text.slice(0, 80)}"; allowed: ${settings[name].allowed}`);
  }
}

function isIntegerWithin(text: string, min: number, max: number): boolean {
  return /^\d{1,6}$/.test(text) && Number(text) >= min && Number(text) <= max;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The network part must be written out: AWS refuses 10.0.0.1/16. */
function isCidr(text: string): boolean {
  const [, address = '', length = ''] = text.match(/^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/) ?? [];
  const octets = address.split('.').map(Number);
  if (octets.length !== 4 || octets.some((octet) => octet > 255) || Number(length) > 32) return false;
  const bits = octets.map((octet) => octet.toString(2).padStart(8, '0')).join('');
  return !bits.slice(Number(length)).includes('1');
}

function isPrivateRange(text: string): boolean {
  const length = Number(text.split('/')[1]);
  return (
    isCidr(text) && length >= 16 && length <= 24 && /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(text)
  );
}

function isArnOf(service: string, resource: string): (text: string) => boolean {
  const pattern = new RegExp(
    `^arn:aws(-[a-z-]+)?:${service}:[a-z0-9-]*:(\\d{12}|aws):${resource}[\\w+=,.@/:-]+$`,
  );
  return (text) => pattern.test(text);
}
