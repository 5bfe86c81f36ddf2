import { DomainError } from '../domain-error.ts';
import type { UploadNotes } from './stores.ts';
import type { Upload } from './upload.ts';

export interface Lease {
  /** Aborted, with the error to throw, when the upload was given up by a sweep. */
  readonly lost: AbortSignal;
  /** Resolves when no renewal is under way. */
  stop(): Promise<void>;
}

/** Renews an upload's note three times a lease. A store that is away is no loss yet: what is written last decides. */
export function keepLease(notes: UploadNotes, upload: Upload): Lease {
  const controller = new AbortController();
  let renewal: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const renew = async () => {
    const isHeld = await notes.renew(upload).catch(() => true);
    if (!isHeld) controller.abort(describeLoss(upload));
  };
  const next = () => {
    timer = setTimeout(() => {
      renewal = renew().then(() => {
        if (timer) next();
      });
    }, notes.leaseMs / 3);
  };
  next();
  return {
    lost: controller.signal,
    stop() {
      clearTimeout(timer);
      timer = undefined;
      return renewal;
    },
  };
}

export function describeLoss({ id, version }: Upload): DomainError {
  return new DomainError(
    'stores_unavailable',
    `The upload of ${id}@${version} was taken for dead, for its lease was not renewed in time; publish again.`,
  );
}
