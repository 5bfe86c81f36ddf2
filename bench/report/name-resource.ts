import type { SuspectResource } from '../../contract/attribution.ts';

/** What may be short, as people call it. */
export const resourceNames: Readonly<Record<SuspectResource, string>> = {
  event_loop: 'event loop of the service',
  cpu: 'CPU of the service',
  admission: 'download places',
  metadata: 'metadata (DynamoDB)',
  s3_pool: 'connections to S3',
  s3_first_byte: 'first byte of S3',
  s3_bandwidth: 'bandwidth of S3',
  clients: 'clients, or their network',
  load_generator: 'load generator',
};
