export const faultKinds = {
  's3-refuses': 'S3 refuses connections',
  's3-slow-down': 'S3 answers 503 SlowDown',
  's3-stalls': 'S3 stalls in mid body',
  's3-closes': 'S3 closes in mid body',
  's3-flips': 'S3 flips a byte',
  's3-shortens': 'S3 returns a shorter object',
  'dynamodb-throttles': 'DynamoDB throttles',
  'dynamodb-stalls': 'DynamoDB does not answer',
  'dynamodb-loses': 'DynamoDB loses answers of what it has done',
  'dynamodb-away': 'DynamoDB refuses connections',
  'service-killed': 'the service is killed',
  'runner-killed': 'a runner is killed',
} as const;

export type FaultKind = keyof typeof faultKinds;
export type Store = 's3' | 'dynamodb';

/** What a store does wrong while it lasts. */
export type StoreFault = Extract<FaultKind, `${Store}-${string}`>;

export function listFaultsOf(store: Store): readonly StoreFault[] {
  return (Object.keys(faultKinds) as FaultKind[]).filter((kind): kind is StoreFault =>
    kind.startsWith(`${store}-`),
  );
}
