import type { LlamaShape } from './llama-config.ts';
import type { Tensor } from './safetensors.ts';

/** The tensors of a Llama model, named and shaped as transformers does. */
export function listLlamaTensors(shape: LlamaShape): readonly Tensor[] {
  const { vocabSize, hiddenSize } = shape;
  return [
    { name: 'lm_head.weight', shape: [vocabSize, hiddenSize] },
    { name: 'model.embed_tokens.weight', shape: [vocabSize, hiddenSize] },
    ...Array.from({ length: shape.layers }, (_, layer) =>
      listLayerTensors(`model.layers.${layer}`, shape),
    ).flat(),
    { name: 'model.norm.weight', shape: [hiddenSize] },
  ];
}

function listLayerTensors(prefix: string, { hiddenSize, intermediateSize }: LlamaShape): readonly Tensor[] {
  const attention = ['k_proj', 'o_proj', 'q_proj', 'v_proj'];
  return [
    { name: `${prefix}.input_layernorm.weight`, shape: [hiddenSize] },
    { name: `${prefix}.mlp.down_proj.weight`, shape: [hiddenSize, intermediateSize] },
    { name: `${prefix}.mlp.gate_proj.weight`, shape: [intermediateSize, hiddenSize] },
    { name: `${prefix}.mlp.up_proj.weight`, shape: [intermediateSize, hiddenSize] },
    { name: `${prefix}.post_attention_layernorm.weight`, shape: [hiddenSize] },
    ...attention.map((part) => ({
      name: `${prefix}.self_attn.${part}.weight`,
      shape: [hiddenSize, hiddenSize],
    })),
  ];
}
