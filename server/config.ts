import { isIP } from 'node:net';
import type { DeliverySettings } from '../contract/delivery-settings.ts';
import {
  type ComputeBackend,
  computeBackends,
  deliveryStrategies,
  type EnvironmentVariable,
  environment,
  type LogLevel,
  localStrategies,
  logLevels,
  mostWorkers,
  type Program,
  type VariableName,
} from '../contract/environment.ts';
import { readDefaultCacheBytes } from './default-cache-bytes.ts';
import { readDefaultMaxDownloads } from './default-max-downloads.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface StoreNames {
  readonly modelsBucket: string;
  readonly runsBucket: string;
  readonly modelsTable: string;
  readonly runsTable: string;
}

/** What the service and the runner both read. */
export interface SharedConfig {
  readonly computeBackend: ComputeBackend;
  readonly stores: StoreNames;
  readonly launchTimeoutSeconds: number;
}

/** How runners start as ECS tasks. Limits of the lists are those of a task's network (awsvpc). */
export interface RunnerTasks {
  readonly cluster: string;
  readonly taskFamily: string;
  readonly container: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

export interface ServiceConfig extends SharedConfig {
  readonly host: string;
  readonly port: number;
  readonly triggerToken: string | null;
  readonly logLevel: LogLevel;
  /** Names the parameter of SSM that holds the token, on `lambda`. */
  readonly triggerTokenParameter: string | null;
  /** Who may call, on `lambda`; null where the network decides. */
  readonly allowedCidrs: readonly string[] | null;
  /** Processes that serve. */
  readonly workers: number;
  /** Of all workers together. */
  readonly delivery: DeliverySettings & { readonly cache_bytes: number };
  /** That may be under way at once, in all workers together. */
  readonly maxDownloads: number;
  /** That the clients of one run may download. */
  readonly maxRunBytes: number;
  /** Null on `local`, where runners are child processes. */
  readonly runnerTasks: RunnerTasks | null;
}

export interface RunnerConfig extends SharedConfig {
  readonly targetUrl: string;
}

/** Every fault of a configuration at once, a line each. */
export class ConfigurationError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(
      `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
    this.name = 'ConfigurationError';
    this.faults = faults;
  }
}

/** @throws {ConfigurationError} with all faults. */
export function readServiceConfig(env: Environment): ServiceConfig {
  const variables = new Variables(env, 'service');
  const workers = variables.integer('WORKERS', 1, mostWorkers);
  const defaultCacheBytes = readDefaultCacheBytes(workers);
  const config = {
    ...readShared(variables),
    workers,
    host: variables.text('HOST', (text) => isIP(text) !== 0 || /^[A-Za-z0-9.-]{1,253}$/.test(text)),
    port: variables.integer('PORT', 0, 65_535),
    logLevel: variables.oneOf('LOG_LEVEL', logLevels),
    triggerToken: variables.optional('TRIGGER_TOKEN', isTriggerToken),
    triggerTokenParameter: variables.optional('TRIGGER_TOKEN_PARAMETER', (text) =>
      /^\/[A-Za-z0-9_./-]{1,1010}$/.test(text),
    ),
    allowedCidrs: variables.backend === 'lambda' ? variables.list('ALLOWED_CIDRS', 100, isCidr, 'none') : null,
    delivery: {
      delivery: variables.oneOf('DELIVERY', variables.isOnAws ? remoteStrategies : deliveryStrategies),
      download_concurrency: variables.integer('DOWNLOAD_CONCURRENCY', 1, 10_000),
      s3_max_sockets: variables.integer('S3_MAX_SOCKETS', 1, 10_000),
      cache_bytes: Number(
        variables.optional('CACHE_BYTES', (text) => /^\d{1,12}$/.test(text)) ?? defaultCacheBytes,
      ),
      // One is what older runs had, too, and so they compare.
      ...(workers === 1 ? {} : { workers }),
    },
    maxDownloads: Number(
      variables.optional('MAX_DOWNLOADS', (text) => /^[1-9]\d{0,5}$/.test(text)) ??
        readDefaultMaxDownloads(workers, defaultCacheBytes),
    ),
    maxRunBytes: Number(variables.text('MAX_RUN_BYTES', (text) => /^[1-9]\d{0,14}$/.test(text))),
    runnerTasks: variables.isOnAws ? readRunnerTasks(variables) : null,
  };
  if (
    config.triggerToken === null &&
    !variables.isOnAws &&
    !isLoopback(config.host) &&
    variables.isRight('TRIGGER_TOKEN')
  ) {
    variables.fault(
      `TRIGGER_TOKEN is not set; required because HOST is "${config.host}", which is not loopback`,
    );
  }
  refuseLessThanWorkers(variables, workers, {
    DOWNLOAD_CONCURRENCY: config.delivery.download_concurrency,
    S3_MAX_SOCKETS: config.delivery.s3_max_sockets,
    MAX_DOWNLOADS: config.maxDownloads,
  });
  variables.throwFaults();
  return config;
}

/** @throws {ConfigurationError} with all faults. */
export function readRunnerConfig(env: Environment): RunnerConfig {
  const variables = new Variables(env, 'runner');
  const config = { ...readShared(variables), targetUrl: variables.text('TARGET_URL', isTargetUrl) };
  variables.throwFaults();
  return config;
}

/**
 * For programs that need the stores alone.
 * @throws {ConfigurationError} with all faults.
 */
export function readStoresConfig(env: Environment): StoreNames {
  const variables = new Variables(env, 'runner');
  const stores = readStores(variables);
  variables.throwFaults();
  return stores;
}

export function isTriggerToken(text: string): boolean {
  return /^[\x21-\x7e]{16,512}$/.test(text);
}

function readShared(variables: Variables): SharedConfig {
  return {
    computeBackend: variables.oneOf('COMPUTE_BACKEND', computeBackends),
    stores: readStores(variables),
    launchTimeoutSeconds: variables.integer('LAUNCH_TIMEOUT_SECONDS', 1, 3_600),
  };
}

/** Each worker needs one of its own. */
function refuseLessThanWorkers(
  variables: Variables,
  workers: number,
  shared: Partial<Record<VariableName, number>>,
): void {
  if (!variables.isRight('WORKERS')) return;
  for (const name of Object.keys(shared) as (keyof typeof shared)[]) {
    const value = shared[name];
    if (value === undefined || value >= workers || !variables.isRight(name)) continue;
    variables.fault(`${name} is "${value}"; with WORKERS ${workers} at least ${workers}, one for each worker`);
  }
}

function readRunnerTasks(variables: Variables): RunnerTasks {
  return {
    cluster: variables.text('RUNNER_CLUSTER', isEcsName),
    taskFamily: variables.text('RUNNER_TASK_FAMILY', isEcsName),
    container: variables.text('RUNNER_CONTAINER', isEcsName),
    subnets: variables.list('RUNNER_SUBNETS', 16, (text) => /^subnet-[0-9a-f]{8,17}$/.test(text)),
    securityGroups: variables.list('RUNNER_SECURITY_GROUPS', 5, (text) => /^sg-[0-9a-f]{8,17}$/.test(text)),
  };
}

function readStores(variables: Variables): StoreNames {
  return {
    modelsBucket: variables.text('MODELS_BUCKET', isBucketName),
    runsBucket: variables.text('RUNS_BUCKET', isBucketName),
    modelsTable: variables.text('MODELS_TABLE', isTableName),
    runsTable: variables.text('RUNS_TABLE', isTableName),
  };
}

const remoteStrategies = deliveryStrategies.filter((name) => !localStrategies.some((local) => local === name));

/** Reads variables by the contract's list and collects faults instead of stopping at the first. */
class Variables {
  readonly #env: Environment;
  /** Null when it is none that is known. */
  readonly backend: ComputeBackend | null;
  readonly #faults: string[] = [];
  readonly #faulty = new Set<VariableName>();

  constructor(env: Environment, program: Program) {
    this.#env = env;
    const backend = env.COMPUTE_BACKEND || environment.COMPUTE_BACKEND.default;
    this.backend = computeBackends.find((known) => known === backend) ?? null;
    if (this.backend !== null) this.#refuseThoseOfOtherBackends(this.backend, program);
  }

  get isOnAws(): boolean {
    return this.backend !== null && this.backend !== 'local';
  }

  text(name: VariableName, isAllowed: (text: string) => boolean): string {
    return this.optional(name, isAllowed) ?? this.#missing(name);
  }

  optional(name: VariableName, isAllowed: (text: string) => boolean): string | null {
    const variable: EnvironmentVariable = environment[name];
    const required = this.backend !== null && (variable.requiredOn?.includes(this.backend) ?? false);
    const fallback = (this.backend && variable.defaultOn?.[this.backend]) ?? variable.default;
    const value = this.#env[name] || (required ? undefined : fallback);
    if (value === undefined) {
      if (required) this.#missing(name);
      return null;
    }
    if (!isAllowed(value)) this.#wrong(name, value);
    return value;
  }

  integer(name: VariableName, min: number, max: number): number {
    return Number(
      this.text(name, (text) => /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max),
    );
  }

  /** Items with commas between; `empty` is the word for none, where there may be none. */
  list(
    name: VariableName,
    most: number,
    isAllowed: (text: string) => boolean,
    empty?: string,
  ): readonly string[] {
    const isRight = (items: readonly string[]) => items.length <= most && items.every(isAllowed);
    const text = this.text(name, (given) => given === empty || isRight(splitList(given)));
    return text === empty ? [] : splitList(text);
  }

  oneOf<const Value extends string>(name: VariableName, values: readonly Value[]): Value {
    const text = this.text(name, (candidate) => values.some((value) => value === candidate));
    return values.find((value) => value === text) ?? (values[0] as Value);
  }

  isRight(name: VariableName): boolean {
    return !this.#faulty.has(name);
  }

  fault(text: string): void {
    this.#faults.push(text);
  }

  throwFaults(): void {
    if (this.#faults.length > 0) throw new ConfigurationError(this.#faults);
  }

  #refuseThoseOfOtherBackends(own: ComputeBackend, program: Program): void {
    for (const [name, { onlyOn, readBy }] of Object.entries<EnvironmentVariable>(environment)) {
      if (!this.#env[name] || !readBy.includes(program) || !onlyOn || onlyOn.includes(own)) continue;
      this.fault(
        `${name} is set, but COMPUTE_BACKEND is "${own}"; it is for ${onlyOn.join(' and ')} alone, unset it`,
      );
    }
  }

  #missing(name: VariableName): string {
    if (this.isRight(name)) {
      this.fault(`${name} is not set; needed: ${environment[name].allowed} (${environment[name].describes})`);
    }
    this.#faulty.add(name);
    return '';
  }

  #wrong(name: VariableName, value: string): void {
    const received = name === 'TRIGGER_TOKEN' ? `${value.length} characters` : `"${shown(value)}"`;
    this.fault(`${name} is ${received}; allowed: ${environment[name].allowed}`);
    this.#faulty.add(name);
  }
}

function splitList(text: string): readonly string[] {
  return text.split(',').map((item) => item.trim());
}

function isEcsName(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,255}$/.test(text);
}

function shown(value: string): string {
  return value.length > 60 ? `${value.slice(0, 60)}…` : value;
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function isBucketName(text: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text);
}

function isTableName(text: string): boolean {
  return /^[A-Za-z0-9_.-]{3,255}$/.test(text);
}

function isCidr(text: string): boolean {
  const [address = '', length = '', ...rest] = text.split('/');
  const version = isIP(address);
  return (
    version !== 0 &&
    rest.length === 0 &&
    /^\d{1,3}$/.test(length) &&
    Number(length) <= (version === 4 ? 32 : 128)
  );
}

function isTargetUrl(text: string): boolean {
  const url = URL.parse(text);
  return (url?.protocol === 'http:' || url?.protocol === 'https:') && text.replace(/\/$/, '') === url.origin;
}
