/** A believable model: who made it, what it is called, how large it says it is. */
export interface ModelName {
  readonly modelId: string;
  readonly organisation: string;
  readonly family: string;
  readonly size: ModelSize;
  readonly variant: string;
}

export interface ModelSize {
  readonly label: string;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
}

// biome-ignore format: a line each would hide the code
const organisations = [
  'alder-research', 'basalt-ai', 'brightwater', 'cobalt-lab', 'driftwood-nlp', 'eastgate', 'fernhill',
  'granite-works', 'harbour-ml', 'inkstone', 'juniper-labs', 'kestrel-ai', 'lowlands', 'meridian-nlp',
  'northfield', 'openmoor', 'pinecrest-ai', 'quillworks', 'redshore', 'saltmarsh',
] as const;
// biome-ignore format: a line each would hide the code
const families = [
  'Heron', 'Marten', 'Lynx', 'Osprey', 'Badger', 'Curlew', 'Ibex', 'Plover', 'Otter', 'Sable', 'Tern',
  'Vole', 'Wren', 'Yak', 'Avocet', 'Bison', 'Civet', 'Dunlin', 'Eland', 'Fulmar',
] as const;
const sizes: readonly ModelSize[] = [
  { label: '60M', hiddenSize: 512, layers: 8, heads: 8 },
  { label: '125M', hiddenSize: 768, layers: 12, heads: 12 },
  { label: '350M', hiddenSize: 1024, layers: 24, heads: 16 },
  { label: '1.3B', hiddenSize: 2048, layers: 24, heads: 16 },
  { label: '2.7B', hiddenSize: 2560, layers: 32, heads: 32 },
  { label: '7B', hiddenSize: 4096, layers: 32, heads: 32 },
  { label: '13B', hiddenSize: 5120, layers: 40, heads: 40 },
];
const variants = ['base', 'Instruct', 'Chat', 'Code'] as const;

/** How many distinct names there are. */
export const nameableModels = organisations.length * families.length * sizes.length * variants.length;

/** Any number below `nameableModels` has a name of its own, also once sanitized. */
export function nameModel(index: number): ModelName {
  // A step that shares no factor with the count visits every combination once, neighbours far apart.
  const place = (index * 3571) % nameableModels;
  const organisation = pick(organisations, place);
  const family = pick(families, place / organisations.length);
  const size = pick(sizes, place / (organisations.length * families.length));
  const variant = pick(variants, place / (organisations.length * families.length * sizes.length));
  return { modelId: `${organisation}/${family}-${size.label}-${variant}`, organisation, family, size, variant };
}

function pick<Value>(values: readonly Value[], place: number): Value {
  return values[Math.floor(place) % values.length] as Value;
}
