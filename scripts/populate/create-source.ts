import { readHubConfig } from '../model-sources/huggingface/read-hub-config.ts';
import type { ModelSource } from '../model-sources/model-source.ts';
import { createSyntheticSource } from '../model-sources/synthetic.ts';
import type { SourceName } from './read-arguments.ts';

export interface SourceContext {
  readonly seed: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For what a person should know while it waits. */
  say(text: string): void;
}

/** Every source by its name; another one is a new file and a line. */
const sources: Readonly<Record<SourceName, (context: SourceContext) => Promise<ModelSource>>> = {
  synthetic: async ({ seed }) => createSyntheticSource(seed),
  huggingface: async ({ env, say }) => {
    const config = readHubConfig(env);
    // The hub's library takes 30 MiB, which the other source can do without.
    const { createHuggingFaceSource } = await import('../model-sources/huggingface.ts');
    return createHuggingFaceSource({ ...config, onWait: say });
  },
};

/** @throws {ConfigurationError} when the environment of the source has faults. */
export async function createSource(name: SourceName, context: SourceContext): Promise<ModelSource> {
  return sources[name](context);
}
