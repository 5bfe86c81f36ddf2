import type { Launcher } from '../../launcher.ts';

/** Starts nothing and remembers what it was asked to start. */
export function createRecordingLauncher(): Launcher & { readonly launched: string[] } {
  const launched: string[] = [];
  return {
    launched,
    assertAvailable() {},
    async launch(runId) {
      launched.push(runId);
    },
  };
}
