const largeFiles = [
  '7z',
  'bin',
  'ckpt',
  'gz',
  'h5',
  'joblib',
  'msgpack',
  'npy',
  'npz',
  'onnx',
  'pt',
  'safetensors',
];

export const gitAttributes = Buffer.from(
  largeFiles.map((extension) => `*.${extension} filter=lfs diff=lfs merge=lfs -text\n`).join(''),
);

export const tinyLlmCard = Buffer.from(`---
license: mit
pipeline_tag: text-generation
library_name: transformers
---

# Tiny-LLM

A Llama of one layer, small enough to be downloaded a hundred times at once. This copy is synthetic: its files are
named and shaped like those of arnir0/Tiny-LLM, its weights are random numbers.

\`\`\`python
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("arnir0/Tiny-LLM")
model = AutoModelForCausalLM.from_pretrained("arnir0/Tiny-LLM")
\`\`\`
`);
