import { randomUUID } from 'node:crypto';
import { artifactKey } from '../../contract/object-keys.ts';

/** One attempt to publish a version; its note in the models table says that it is under way. */
export interface Upload {
  /** Of the model, sanitized. */
  readonly id: string;
  readonly version: string;
  readonly uploadId: string;
}

export interface UploadNote extends Upload {
  /** Milliseconds since 1970, by the publisher's clock; 0 once the upload was given up. */
  readonly leaseExpiresMs: number;
}

export function startUpload(id: string, version: string): Upload {
  return { id, version, uploadId: randomUUID() };
}

/** Where the artifact of an upload lies, and nothing else ever does. */
export function uploadKey({ id, version, uploadId }: Upload): string {
  return artifactKey(id, version, uploadId);
}
