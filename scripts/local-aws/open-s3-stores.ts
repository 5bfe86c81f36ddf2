import type { buildApp } from 'fauxqs';
import type { MultipartUpload } from './list-multipart-uploads.ts';

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;
type S3Object = Parameters<NonNullable<Stores['s3Store']['persistence']>['upsertObject']>[1];
interface FilePersistence extends NonNullable<Stores['s3Store']['persistence']> {}

export interface OpenedStores {
  readonly stores: Stores;
  /** Those that were neither completed nor aborted, as they are at each moment. */
  readonly multipartUploads: ReadonlyMap<string, MultipartUpload>;
}

/**
 * The parts of fauxqs that hold data, in memory or in files below `dataDir`. It keeps files only through
 * `startFauxqs`, which listens on every address, and shows its multipart uploads to nobody; so its parts are joined
 * here. They are not exported: the exact version in package.json is what makes this safe.
 */
export async function openS3Stores(dataDir: string | undefined): Promise<OpenedStores> {
  const { S3Store } = await importPart<{ S3Store: new () => Stores['s3Store'] }>('s3/s3Store.js');
  const { SqsStore } = await importPart<{ SqsStore: new () => Stores['sqsStore'] }>('sqs/sqsStore.js');
  const { SnsStore } = await importPart<{ SnsStore: new () => Stores['snsStore'] }>('sns/snsStore.js');
  const s3Store = new S3Store();
  if (dataDir !== undefined) await keepInFiles(s3Store, dataDir);
  const { multipartUploads } = s3Store as unknown as Pick<OpenedStores, 'multipartUploads'>;
  return { stores: { s3Store, sqsStore: new SqsStore(), snsStore: new SnsStore() }, multipartUploads };
}

async function keepInFiles(s3Store: Stores['s3Store'], dataDir: string): Promise<void> {
  const { FileS3Persistence } = await importPart<{
    FileS3Persistence: new (dir: string) => FilePersistence;
  }>('s3/fileS3Persistence.js');
  const files = new FileS3Persistence(dataDir);
  files.loadS3(s3Store);
  shareBodies(files);
  s3Store.persistence = files;
}

async function importPart<Module>(path: string): Promise<Module> {
  return (await import(new URL(path, import.meta.resolve('fauxqs')).href)) as Module;
}

/** Every GET would read the whole file into a buffer of its own: readers at the same time share one. */
function shareBodies(files: FilePersistence): void {
  const bodies = new Map<string, WeakRef<Buffer>>();
  const { readBody, upsertObject, deleteObject, completeMultipartUpload } = files;

  files.readBody = (bucket, key) => {
    const known = bodies.get(`${bucket}/${key}`)?.deref();
    if (known) return known;
    const body = readBody.call(files, bucket, key);
    bodies.set(`${bucket}/${key}`, new WeakRef(body));
    return body;
  };
  files.upsertObject = (bucket, object: S3Object) => {
    bodies.delete(`${bucket}/${object.key}`);
    upsertObject.call(files, bucket, object);
  };
  files.deleteObject = (bucket, key) => {
    bodies.delete(`${bucket}/${key}`);
    deleteObject.call(files, bucket, key);
  };
  files.completeMultipartUpload = (uploadId, bucket, object: S3Object) => {
    bodies.delete(`${bucket}/${object.key}`);
    completeMultipartUpload.call(files, uploadId, bucket, object);
  };
}
