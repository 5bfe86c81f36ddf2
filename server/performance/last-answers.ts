import { setTimeout as sleep } from 'node:timers/promises';
import type { Component } from '../../contract/health.ts';
import { probeLimitMs } from './health-context.ts';

/** What failed after so long was slow: who refuses does it at once. Less than any call's own limit. */
const slowMs = 2_000;
const timerSlackMs = 50;

export interface LastAnswers {
  /** Always resolves, with `down` when the component is. */
  ask(read: () => Promise<Component>, down: Component): Promise<Component>;
}

/**
 * What each component answered last. One that is slow is degraded and shown as it was, for a load on the machine may make it
 * so; down is what refuses, what never answered, and what has not for `silenceLimitMs`.
 */
export function createLastAnswers(silenceLimitMs: number): LastAnswers {
  const answers = new Map<string, { readonly component: Component; readonly atMs: number }>();
  return {
    async ask(read, down) {
      const startMs = performance.now();
      try {
        const component = await Promise.race([read(), failLate()]);
        answers.set(component.id, { component, atMs: performance.now() });
        return component;
      } catch (error) {
        const nowMs = performance.now();
        const waitedMs = nowMs - startMs;
        const reason = describeFailure(error, waitedMs);
        const last = answers.get(down.id);
        if (waitedMs < slowMs || last === undefined || nowMs - last.atMs >= silenceLimitMs)
          return { ...down, reason };
        const seconds = Math.round((nowMs - last.atMs) / 1_000);
        return {
          ...last.component,
          status: 'degraded',
          reason: `Slow: ${reason} Shown is how it was ${seconds} s ago.`,
        };
      }
    },
  };
}

async function failLate(): Promise<never> {
  await sleep(probeLimitMs, undefined, { ref: false });
  throw new Error('late');
}

/** What was given up at the limit says only that it was. */
function describeFailure(error: unknown, waitedMs: number): string {
  const isLate = waitedMs >= probeLimitMs - timerSlackMs;
  if (isLate) return `No answer came within ${probeLimitMs / 1_000} s.`;
  return error instanceof Error ? error.message : String(error);
}
