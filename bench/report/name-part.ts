import type { TimePart } from '../../contract/attribution.ts';

/** What a part of the time is called on screens. */
export const partNames: Readonly<Record<TimePart, string>> = {
  connect: 'connecting',
  before_server: 'before the service saw it',
  event_loop: 'waiting for the event loop',
  metadata: 'metadata (DynamoDB)',
  admission: 'download place',
  s3_pool: 'connection to S3',
  s3_first_byte: 'S3 first byte',
  s3_body: 'S3 body',
  moving: 'moving bytes',
  client_body: 'client taking the body',
  direct_from_store: 'S3 directly',
  after_server: 'after the service let go',
  unexplained: 'unexplained',
};
