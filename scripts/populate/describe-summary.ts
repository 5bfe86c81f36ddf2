import type { PopulateSummary } from './populate-registry.ts';

/** What a person reads at the end: the models that are not as they should be, each with its reason, and the figures. */
export function describeSummary(summary: PopulateSummary): readonly string[] {
  const { total, published, replaced, alreadyThere, failed, passedOver, missing, interrupted } = summary;
  const figures = [
    `${published} published`,
    ...(replaced > 0 ? [`${replaced} replaced`] : []),
    `${alreadyThere} already there`,
    `${failed.length} failed`,
    ...(missing ? [`${missing.models} missing`] : []),
    ...(passedOver.length > 0 ? [`${passedOver.length} passed over`] : []),
  ];
  const end = interrupted ? ', interrupted; the next start goes on from here' : '';
  return [
    ...passedOver.map(({ modelId, reason }) => `passed over ${modelId}: ${reason}`),
    ...failed.map(({ modelId, reason }) => `failed ${modelId}: ${reason}`),
    ...(missing ? [`missing ${missing.models} of ${total} models: ${missing.reason}`] : []),
    `${total} models: ${figures.join(', ')} in ${summary.durationSeconds.toFixed(1)} s${end}`,
  ];
}
