import type { Launcher } from '../../../launcher.ts';

/** Starts nothing and remembers what it was asked to start. */
export function createRecordingLauncher(): Launcher & { readonly launched: string[] } {
  const launched: string[] = [];
  return {
    launched,
    async launch({ run_id }) {
      launched.push(run_id);
    },
    mostRunners: 64,
    describeRunners: async () => [],
    stopRunners: async () => {},
    listRuns: async () => [],
  };
}
