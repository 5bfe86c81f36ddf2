import type { VirtualUser } from '../virtual-user.ts';

/** What an executor steers: who can send, when, and until when. Times are milliseconds since the common start. */
export interface Course {
  readonly users: readonly VirtualUser[];
  readonly nowMs: () => number;
  /** False once no request may start any more. */
  readonly isOpen: () => boolean;
  /** True once the load was stopped before its time. */
  readonly isStopped: () => boolean;
  /** Resolves when the request has its outcome. `intendedMs` is when it was due in the open model. */
  readonly send: (user: VirtualUser, intendedMs?: number) => Promise<void>;
  /** Resolves at that time and never before it, or as soon as no request may start any more. */
  readonly sleepUntil: (atMs: number) => Promise<void>;
  /** A request was due, and nobody was free for it. */
  readonly drop: () => void;
}
