import type { S3Client } from '@aws-sdk/client-s3';
import { ArtifactGone } from '../registry/artifact-gone.ts';
import { countBytes } from '../registry/read-range.ts';
import type { ArtifactReader } from '../registry/stores.ts';
import { ArtifactBody } from './artifact-body.ts';
import { Attempts } from './attempts.ts';
import { getArtifact, isWholeArtifact } from './get-artifact.ts';

export interface ArtifactReaderOptions {
  readonly bucket: string;
  /** How long S3 may send nothing of a body that its reader waits for, before it is asked again. */
  readonly silenceMs?: number;
}

/** Artifacts on their way from S3, by a client of their own, so that nothing else takes from its connections. */
export function createArtifactReader(
  s3: S3Client,
  { bucket, silenceMs = 10_000 }: ArtifactReaderOptions,
): ArtifactReader {
  return {
    async open(record, range, signal) {
      const wanted = range ?? { start: 0, end: record.sizeBytes - 1 };
      const first = await new Attempts(signal).repeat(() =>
        getArtifact(s3, { bucket, record, range: wanted }, signal),
      );
      if (first === null) return null;
      return new ArtifactBody({
        first: first.body,
        lengthBytes: countBytes(record, wanted),
        digest: isWholeArtifact(record, wanted) ? record.digest : null,
        async reopen(fromByte, leaving) {
          const rest = { start: wanted.start + fromByte, end: wanted.end };
          const answer = await getArtifact(s3, { bucket, record, range: rest, etag: first.etag }, leaving);
          if (answer) return answer.body;
          throw new ArtifactGone(record.objectKey);
        },
        silenceMs,
        signal,
      });
    },
  };
}
