import { createHash } from 'node:crypto';
import { ModelUnavailable } from '../model-source.ts';

/** A file of a model at one commit, as the hub lists it. */
export interface HubFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** What its bytes have to hash to: git's own id of a file, or the sha256 of one in large file storage. */
  readonly digest: { readonly kind: 'git-blob' | 'sha256'; readonly hex: string };
}

/** Follows the bytes of a file and says at the end whether they were the right ones. */
export function checkHubFile({ path, sizeBytes, digest }: HubFile) {
  const hash = createHash(digest.kind === 'sha256' ? 'sha256' : 'sha1');
  // Git hashes a file together with its kind and length.
  if (digest.kind === 'git-blob') hash.update(`blob ${sizeBytes}\0`);
  let receivedBytes = 0;
  return {
    receivedBytes: () => receivedBytes,

    /** @throws {ModelUnavailable} when there are more bytes than the hub says. */
    take(chunk: Uint8Array): void {
      receivedBytes += chunk.byteLength;
      if (receivedBytes > sizeBytes) {
        throw new ModelUnavailable(`${path} has more than the ${sizeBytes} bytes that the hub lists`);
      }
      hash.update(chunk);
    },

    /** @throws {ModelUnavailable} when they are other bytes. */
    finish(): void {
      const hex = hash.digest('hex');
      if (hex === digest.hex) return;
      throw new ModelUnavailable(`${path} has the ${digest.kind} digest ${hex}; the hub lists ${digest.hex}`);
    },
  };
}
