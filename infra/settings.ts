/**
 * Every setting of a stack (`modelrig:<name>` in Pulumi.<stack>.yaml): what it is for, what it may hold, what holds
 * without it, and what it does to the bill. `config.ts` reads by this list, and the README's table follows it.
 */
export interface Setting {
  readonly describes: string;
  readonly allowed: string;
  /** As Pulumi keeps it: text, or JSON for a list. Without one, the setting is simply absent. */
  readonly default?: string;
  readonly cost?: string;
}

export const settings = {
  computeBackend: {
    describes: 'what the service runs on; the environment’s COMPUTE_BACKEND comes first',
    allowed: 'fargate, lambda, local (stores alone)',
    default: 'fargate',
    cost: 'fargate runs, and is paid, all the time; lambda by request',
  },
  prod: {
    describes: 'protects buckets, tables and load balancers against deletion',
    allowed: 'true, false',
    default: 'false',
  },
  architecture: {
    describes: 'processors of image, tasks and function',
    allowed: 'arm64, x86_64',
    default: 'arm64',
    cost: 'arm64 is about a fifth cheaper',
  },
  serviceCpu: {
    describes: 'CPU units of a service task; 1024 are a core',
    allowed: '256, 512, 1024, 2048, 4096, 8192, 16384',
    default: '1024',
    cost: 'by second and task',
  },
  serviceMemoryMib: {
    describes: 'memory of a service task; half of what it has beyond 256 MiB a worker caches artifacts',
    allowed: 'MiB that Fargate offers with serviceCpu',
    default: '2048',
    cost: 'by second and task',
  },
  workers: {
    describes: 'the service’s WORKERS on fargate: processes of a service task',
    allowed: 'a whole number from 1 to the cores of serviceCpu',
  },
  serviceTasks: {
    describes: 'service tasks at least',
    allowed: 'a whole number from 2 to 100',
    default: '2',
    cost: 'all the time, each',
  },
  serviceMaxTasks: {
    describes: 'service tasks at most; equal to serviceTasks while a benchmark runs',
    allowed: 'a whole number from serviceTasks to 100',
    default: '4',
    cost: 'while they are needed',
  },
  lambdaMemoryMib: {
    describes: 'memory of the function; 1769 come with one core',
    allowed: 'a whole number from 512 to 10240',
    default: '1769',
    cost: 'by second of a request',
  },
  lambdaTimeoutSeconds: {
    describes: 'how long the function may take for a request',
    allowed: 'a whole number from 30 to 900',
    default: '120',
  },
  lambdaConcurrency: {
    describes: 'environments reserved for the function, which are also its most',
    allowed: 'a whole number from 1 to 1000; needs as much left in the account’s quota',
  },
  runnerCpu: {
    describes: 'CPU units of a runner task',
    allowed: '256, 512, 1024, 2048, 4096, 8192, 16384',
    default: '2048',
    cost: 'while a benchmark runs',
  },
  runnerMemoryMib: {
    describes: 'memory of a runner task',
    allowed: 'MiB that Fargate offers with runnerCpu',
    default: '4096',
    cost: 'while a benchmark runs',
  },
  delivery: {
    describes: 'the service’s DELIVERY',
    allowed: 'buffered, streamed, cached, redirected',
    cost: 'all but redirected hold an environment for each download on lambda',
  },
  downloadConcurrency: {
    describes: 'the service’s DOWNLOAD_CONCURRENCY',
    allowed: 'a whole number from 1 to 10000',
  },
  s3MaxSockets: {
    describes: 'the service’s S3_MAX_SOCKETS',
    allowed: 'a whole number from 1 to 10000',
  },
  cacheBytes: {
    describes: 'the service’s CACHE_BYTES',
    allowed:
      'a whole number of bytes from 0 to the memory of the task, or of the function, less 256 MiB a worker',
  },
  cidrBlock: {
    describes: 'addresses of the network',
    allowed: 'an IPv4 range from /16 to /24 of private addresses',
    default: '10.0.0.0/16',
  },
  availabilityZones: {
    describes: 'zones with a subnet',
    allowed: '2, 3',
    default: '2',
    cost: 'load balancers: by zone, for their public addresses',
  },
  allowedCidrs: {
    describes: 'who reaches the service from outside; without any, nobody',
    allowed: 'a list of at most 30 different IPv4 ranges; 0.0.0.0/0 on fargate with certificateArn only',
    default: '[]',
  },
  certificateArn: {
    describes: 'certificate for HTTPS on fargate; without one the service speaks HTTP',
    allowed: 'the ARN of a certificate in ACM, in the stack’s region; with domainName',
  },
  domainName: {
    describes: 'the name in the certificate under which the service is reached; the outputs use it',
    allowed: 'a host name such as models.example.com; with certificateArn',
  },
  imageUri: {
    describes: 'an image that exists, in place of building one (then no Docker is needed)',
    allowed: 'an ECR image by digest: <account>.dkr.ecr.<region>.amazonaws.com/<name>@sha256:<digest>',
  },
  logRetentionDays: {
    describes: 'how long logs are kept',
    allowed: '1, 3, 5, 7, 14, 30, 60, 90, 180, 365',
    default: '14',
    cost: 'by GB and month',
  },
  alarmTopicArn: {
    describes: 'where alarms are sent; without it they are only shown',
    allowed: 'the ARN of an SNS topic',
  },
  permissionsBoundary: {
    describes: 'policy that bounds every role of the stack',
    allowed: 'the ARN of an IAM policy',
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;
