/**
 * Every environment variable that a program of ours reads: what it is for, what it may hold, what holds without
 * it, and which compute backends cannot do without it. Configuration, infra and the README's table follow this.
 */

export const computeBackends = ['local', 'fargate', 'lambda'] as const;
export type ComputeBackend = (typeof computeBackends)[number];

/** Delivery strategies that this version can serve. */
export const deliveryStrategies = ['blocking', 'buffered', 'streamed', 'cached', 'redirected'] as const;
export type DeliveryStrategy = (typeof deliveryStrategies)[number];

/** Of the service's log. `info` has a line for each request. */
export const logLevels = ['error', 'info'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Strategies for studying on one's own machine: refused on Fargate and Lambda, where a task that stands still is replaced. */
export const localStrategies = ['blocking'] as const satisfies readonly DeliveryStrategy[];

export const mostWorkers = 64;

export type Program = 'service' | 'runner';

export interface EnvironmentVariable {
  readonly describes: string;
  readonly allowed: string;
  readonly readBy: readonly Program[];
  /** Used when unset. A variable without a default is required on `requiredOn`, else simply absent. */
  readonly default?: string;
  /** Where a backend has another one. */
  readonly defaultOn?: Partial<Readonly<Record<ComputeBackend, string>>>;
  /** Backends on which the variable must be set, default or not. */
  readonly requiredOn?: readonly ComputeBackend[];
  /** Backends that know the variable, where not all do; on the others it must not be set. */
  readonly onlyOn?: readonly ComputeBackend[];
}

const onAws = ['fargate', 'lambda'] as const;
const withSocket = ['local', 'fargate'] as const;
const both = ['service', 'runner'] as const;

export const environment = {
  HOST: {
    describes: 'address the service listens on',
    allowed: 'an IP address or host name',
    readBy: ['service'],
    default: '127.0.0.1',
    onlyOn: withSocket,
  },
  PORT: {
    describes: 'port the service listens on; 0 takes any free one',
    allowed: 'a whole number from 0 to 65535',
    readBy: ['service'],
    default: '8080',
    onlyOn: withSocket,
  },
  COMPUTE_BACKEND: {
    describes: 'where runners start: local as child processes, fargate and lambda through ECS',
    allowed: computeBackends.join(', '),
    readBy: both,
    default: 'local',
  },
  MODELS_BUCKET: {
    describes: 'bucket of the artifacts',
    allowed: 'a bucket name: 3-63 characters of a-z 0-9 . -',
    readBy: both,
    default: 'modelrig-models',
    requiredOn: onAws,
  },
  RUNS_BUCKET: {
    describes: 'bucket of the run documents',
    allowed: 'a bucket name: 3-63 characters of a-z 0-9 . -',
    readBy: both,
    default: 'modelrig-runs',
    requiredOn: onAws,
  },
  MODELS_TABLE: {
    describes: 'table of the model records',
    allowed: 'a table name: 3-255 characters of A-Z a-z 0-9 _ . -',
    readBy: both,
    default: 'modelrig-models',
    requiredOn: onAws,
  },
  RUNS_TABLE: {
    describes: 'table of the runs',
    allowed: 'a table name: 3-255 characters of A-Z a-z 0-9 _ . -',
    readBy: both,
    default: 'modelrig-runs',
    requiredOn: onAws,
  },
  DELIVERY: {
    describes: 'delivery strategy: how an artifact moves from S3 to a client',
    allowed: `${deliveryStrategies.join(', ')}; ${localStrategies.join(', ')} on local only`,
    readBy: ['service'],
    // One read of S3 for all who come, in bounded memory. A function that is held still between requests can neither go on reading nor share what it has.
    default: 'cached',
    defaultOn: { lambda: 'redirected' },
  },
  DOWNLOAD_CONCURRENCY: {
    describes: 'artifacts that buffered and blocking hold in memory at once; others queue',
    allowed: 'a whole number from 1 to 10000',
    readBy: ['service'],
    default: '100',
  },
  S3_MAX_SOCKETS: {
    describes: 'connections to S3 that deliveries may hold at once',
    allowed: 'a whole number from 1 to 10000',
    readBy: ['service'],
    default: '150',
  },
  CACHE_BYTES: {
    describes:
      'memory that artifacts may take: what cached keeps and what buffered and blocking hold, all together; unset: half of what cgroup or machine have beyond 256 MiB a worker',
    allowed: 'a whole number from 0 to 999999999999',
    readBy: ['service'],
  },
  MAX_DOWNLOADS: {
    describes:
      'downloads that may be under way at once; more get 503 with Retry-After; unset: one for each 2 MiB of the other half of that memory, at least 100 a worker',
    allowed: 'a whole number from 1 to 999999',
    readBy: ['service'],
  },
  MAX_RUN_BYTES: {
    describes:
      'bytes that the clients of one run may download; a run that plans more is refused, one by time is stopped there',
    allowed: 'a whole number from 1 to 999999999999999',
    readBy: ['service'],
    default: '1000000000000',
  },
  WORKERS: {
    describes:
      'processes that serve; CACHE_BYTES, MAX_DOWNLOADS, DOWNLOAD_CONCURRENCY and S3_MAX_SOCKETS are divided among them',
    allowed: `a whole number from 1 to ${mostWorkers}`,
    readBy: ['service'],
    default: '1',
    onlyOn: withSocket,
  },
  LOG_LEVEL: {
    describes: 'what the log holds: errors alone, or with info a line for each request, too',
    allowed: logLevels.join(', '),
    readBy: ['service'],
    default: 'info',
  },
  TRIGGER_TOKEN: {
    describes: 'bearer token that POST and PUT requests need; required off loopback, too',
    allowed: '16 to 512 printable characters without spaces',
    readBy: ['service'],
    requiredOn: ['fargate'],
    onlyOn: withSocket,
  },
  TRIGGER_TOKEN_PARAMETER: {
    describes: 'parameter of SSM that holds the token; read once at start',
    allowed: 'the name of a parameter: / and 1-1010 characters of A-Z a-z 0-9 _ . - /',
    readBy: ['service'],
    requiredOn: ['lambda'],
    onlyOn: ['lambda'],
  },
  ALLOWED_CIDRS: {
    describes: 'who may call the function, beside its own runners; elsewhere the network decides',
    allowed: 'IPv4 or IPv6 ranges (203.0.113.0/24) with commas between, or none',
    readBy: ['service'],
    requiredOn: ['lambda'],
    onlyOn: ['lambda'],
  },
  TARGET_URL: {
    describes: 'the service that the runner loads; never taken from a request',
    allowed: 'an http:// or https:// URL without path, query and credentials',
    readBy: ['runner'],
    requiredOn: computeBackends,
  },
  RUNNER_CLUSTER: {
    describes: 'ECS cluster in which runners start as tasks',
    allowed: 'a cluster name: 1-255 characters of A-Z a-z 0-9 _ -',
    readBy: ['service'],
    requiredOn: onAws,
    onlyOn: onAws,
  },
  RUNNER_TASK_FAMILY: {
    describes: 'task definition of the runners; its latest revision is started',
    allowed: 'a family name: 1-255 characters of A-Z a-z 0-9 _ -',
    readBy: ['service'],
    requiredOn: onAws,
    onlyOn: onAws,
  },
  RUNNER_CONTAINER: {
    describes: 'container of that task definition that gets the run’s id',
    allowed: 'a container name: 1-255 characters of A-Z a-z 0-9 _ -',
    readBy: ['service'],
    requiredOn: onAws,
    onlyOn: onAws,
  },
  RUNNER_SUBNETS: {
    describes: 'subnets that runners start in',
    allowed: '1-16 subnet ids (subnet-0123abcd) with commas between',
    readBy: ['service'],
    requiredOn: onAws,
    onlyOn: onAws,
  },
  RUNNER_SECURITY_GROUPS: {
    describes: 'security groups of the runners',
    allowed: '1-5 security group ids (sg-0123abcd) with commas between',
    readBy: ['service'],
    requiredOn: onAws,
    onlyOn: onAws,
  },
  LAUNCH_TIMEOUT_SECONDS: {
    describes: 'how long a launched runner may take until it loads',
    allowed: 'a whole number from 1 to 3600',
    readBy: both,
    default: '180',
  },
} as const satisfies Record<string, EnvironmentVariable>;

type Environment = typeof environment;
export type VariableName = keyof Environment;

/**
 * The variables that a program needs on a backend, and those that it may be given there beside them. `Value` is what
 * stands for a text before it is known.
 */
export type EnvironmentOf<P extends Program, Backend extends ComputeBackend, Value = string> = Record<
  RequiredName<P, Backend>,
  Value
> &
  Partial<Record<KnownName<P, Backend>, Value>>;

type RequiredName<P extends Program, Backend extends ComputeBackend> = {
  [Name in VariableName]: Environment[Name] extends {
    readBy: readonly (infer Reader)[];
    requiredOn: readonly (infer Place)[];
  }
    ? IfBoth<P, Reader, Backend, Place, Name>
    : never;
}[VariableName];

type KnownName<P extends Program, Backend extends ComputeBackend> = {
  [Name in VariableName]: Environment[Name] extends { readBy: readonly (infer Reader)[] }
    ? IfBoth<P, Reader, Backend, PlaceOf<Environment[Name]>, Name>
    : never;
}[VariableName];

type PlaceOf<Variable> = Variable extends { onlyOn: readonly (infer Place)[] } ? Place : ComputeBackend;

type IfBoth<A, InA, B, InB, Then> = A extends InA ? (B extends InB ? Then : never) : never;

/** The access key that the embedded stores come with: it tells them from any other endpoint on loopback. */
export const embeddedAccessKey = 'embedded';
