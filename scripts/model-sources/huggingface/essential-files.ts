/** What says how a model is to be run and what it is for. Vocabularies are data, weights all the more. */
const essentialNames = new Set([
  'README.md',
  'added_tokens.json',
  'chat_template.jinja',
  'chat_template.json',
  'config.json',
  'generation_config.json',
  'preprocessor_config.json',
  'processor_config.json',
  'special_tokens_map.json',
  'tokenizer_config.json',
]);

/** A card with its pictures in it is not worth its bytes. */
const longestEssentialBytes = 1024 * 1024;

/** Whether a file is one of those that a registry needs of a model whose weights nobody will ask for. */
export function isEssentialFile({ path, sizeBytes }: { path: string; sizeBytes: number }): boolean {
  return essentialNames.has(path) && sizeBytes <= longestEssentialBytes;
}
