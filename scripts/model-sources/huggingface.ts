import { listModels } from '@huggingface/hub';
import { defaultWorkload } from '../../contract/workload.ts';
import { archiveModel } from './huggingface/archive-model.ts';
import { describeListingFault } from './huggingface/describe-hub-fault.ts';
import { createHubClient, type HubClient } from './huggingface/hub-client.ts';
import { type HubLimits, hubLimits, Patience } from './huggingface/patience.ts';
import { type HubEntry, pinEssentialFiles, pinWholeModel } from './huggingface/pin-hub-model.ts';
import type { HubConfig } from './huggingface/read-hub-config.ts';
import { type ModelSource, SourceLost, type SourceModel } from './model-source.ts';

export interface HuggingFaceOptions extends HubConfig {
  readonly limits?: Partial<HubLimits>;
  /** Told in a sentence when the hub wants all requests to wait. */
  onWait?(text: string): void;
}

/**
 * Models of the Hugging Face Hub: Tiny-LLM with all its files, and text generation models by their essential files,
 * the most liked first: likes add up over the years, so that two starts see the same order, while downloads are
 * counted over the last thirty days.
 */
export function createHuggingFaceSource(options: HuggingFaceOptions): ModelSource {
  const { limits, onWait = () => {} } = options;
  const hub = createHubClient(options, new Patience({ ...hubLimits, ...limits }, onWait));
  return {
    name: 'huggingface',
    async *list(signal) {
      yield describeTinyLlm(hub);
      const listing = listModels({
        search: { task: 'text-generation' },
        sort: 'likes',
        additionalFields: ['sha', 'disabled'],
        hubUrl: hub.endpoint,
        fetch: hub.fetchWhole(signal),
      });
      try {
        for await (const entry of listing) yield describeModel(hub, entry);
      } catch (error) {
        signal.throwIfAborted();
        throw new SourceLost(describeListingFault(error, hub.endpoint), { cause: error });
      }
    },
  };
}

function describeTinyLlm(hub: HubClient): SourceModel {
  const name = defaultWorkload.model_id;
  return {
    modelId: name,
    version: defaultWorkload.version,
    isRequired: true,
    knownBy: 'size',
    prepare: async (signal) => archiveModel(hub, await pinWholeModel(hub, name, signal)),
  };
}

/** A record of it is a whole model, whatever the hub has committed since: without `--replace` it stays. */
function describeModel(hub: HubClient, entry: HubEntry): SourceModel {
  return {
    modelId: entry.name,
    version: defaultWorkload.version,
    isRequired: false,
    knownBy: 'id',
    prepare: async (signal) => archiveModel(hub, await pinEssentialFiles(hub, entry, signal)),
  };
}
