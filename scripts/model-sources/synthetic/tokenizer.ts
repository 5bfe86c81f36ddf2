import { makeJson } from './llama-config.ts';

const specialTokens = ['<unk>', '<s>', '</s>'] as const;
const onsets = ['b', 'd', 'f', 'g', 'h', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'w', 'z'];
const vowels = ['a', 'e', 'i', 'o', 'u', 'ai', 'ea', 'ou'];

/** A tokenizer.json with a vocabulary of the given size: special tokens, bytes, and made-up pieces of words. */
export function makeTokenizer(vocabSize: number): Buffer {
  return makeJson({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specialTokens.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: { type: 'ByteFallback' },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: '<unk>',
      fuse_unk: true,
      byte_fallback: true,
      vocab: Object.fromEntries(Array.from({ length: vocabSize }, (_, id) => [nameToken(id), id])),
      merges: [],
    },
  });
}

export function makeTokenizerConfig(contextLength: number): Buffer {
  return makeJson({
    add_bos_token: true,
    add_eos_token: false,
    bos_token: '<s>',
    clean_up_tokenization_spaces: false,
    eos_token: '</s>',
    model_max_length: contextLength,
    pad_token: null,
    tokenizer_class: 'LlamaTokenizer',
    unk_token: '<unk>',
  });
}

export function makeSpecialTokensMap(): Buffer {
  const describe = (content: string) => ({
    content,
    lstrip: false,
    normalized: false,
    rstrip: false,
    single_word: false,
  });
  return makeJson({
    bos_token: describe('<s>'),
    eos_token: describe('</s>'),
    unk_token: describe('<unk>'),
  });
}

function nameToken(id: number): string {
  const special = specialTokens[id];
  if (special !== undefined) return special;
  const byte = id - specialTokens.length;
  if (byte < 256) return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
  return spellSyllables(byte - 256);
}

/** Every number has its own syllables, as it has its own digits. */
function spellSyllables(number: number): string {
  const base = onsets.length * vowels.length;
  const digit = number % base;
  const syllable = `${onsets[Math.floor(digit / vowels.length)]}${vowels[digit % vowels.length]}`;
  return number < base ? `▁${syllable}` : spellSyllables(Math.floor(number / base) - 1) + syllable;
}
