import type { TimePart } from '../../contract/attribution.ts';

/** What a part of the time is called on screens. */
export const partNames: Readonly<Record<TimePart, string>> = {
  connect: 'connecting',
  before_server: 'before the service saw it',
  event_loop: 'waiting for the event loop',
  metadata: 'waiting for DynamoDB',
  admission: 'waiting for a download place',
  s3_pool: 'waiting for an S3 connection',
  s3_first_byte: 'waiting for S3 to begin',
  s3_body: 'waiting for S3 bytes',
  moving: 'service moves bytes',
  client_body: 'waiting for the client',
  direct_from_store: 'from S3 directly',
  after_server: 'after the service let go',
  unexplained: 'unexplained',
};
