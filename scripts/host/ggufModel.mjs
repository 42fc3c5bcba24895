// A tiny llama with fixed pseudo-random weights and the real o200k vocabulary, as a GGUF file: real token counts, real
// prefix cache, real timings, nonsense text. The same bytes on every machine.
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const vocabularySize = 200_019;
const dimension = 32;
const feedForward = 64;
const contextLength = 131_072;

/** Takes tools and their calls, so that llama-server says the model can call tools: VS Code lists no others. */
const chatTemplate = [
  '{% if tools %}tools: {{ tools | tojson }}\n{% endif %}',
  "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}",
  "{% if m['tool_calls'] %}{{ m['tool_calls'] | tojson }}{% endif %}\n{% endfor %}",
  '{% if add_generation_prompt %}assistant: {% endif %}',
].join('');

/** Kinds of tokens in a GGUF vocabulary. */
const normalToken = 1;
const controlToken = 3;

/** Writes the model to a file (34 MB, some seconds). Needs js-tiktoken to be installed. */
export async function writeModel(file) {
  const { bpe_ranks, special_tokens } = createRequire(import.meta.url)('js-tiktoken/ranks/o200k_base');
  const { tokens, types, merges } = vocabulary(bpe_ranks, special_tokens);
  await writeFile(
    file,
    gguf(
      {
        'general.architecture': text('llama'),
        'general.name': text('random-o200k'),
        'llama.context_length': uint32(contextLength),
        'llama.embedding_length': uint32(dimension),
        'llama.block_count': uint32(1),
        'llama.feed_forward_length': uint32(feedForward),
        'llama.attention.head_count': uint32(2),
        'llama.attention.head_count_kv': uint32(1),
        'llama.rope.dimension_count': uint32(16),
        'llama.attention.layer_norm_rms_epsilon': float32(1e-5),
        'tokenizer.ggml.model': text('gpt2'),
        'tokenizer.ggml.pre': text('gpt-4o'),
        'tokenizer.ggml.tokens': texts(tokens),
        'tokenizer.ggml.token_type': integers(types),
        'tokenizer.ggml.merges': texts(merges),
        'tokenizer.ggml.bos_token_id': uint32(199_999),
        'tokenizer.ggml.eos_token_id': uint32(199_999),
        'tokenizer.ggml.add_bos_token': boolean(false),
        'tokenizer.chat_template': text(chatTemplate),
      },
      randomTensors(),
    ),
  );
}

/** tiktoken ranks -> GGUF's token spellings, their kinds, and the merge that makes each token. */
function vocabulary(bpeRanks, specialTokens) {
  const spell = byteSpeller();
  const ranked = parseRanks(bpeRanks);
  const rankOf = new Map(ranked.map(([bytes, rank]) => [bytes.toString('latin1'), rank]));
  // Numbers that no token has are filled, because GGUF wants every one.
  const tokens = Array.from({ length: vocabularySize }, (_, id) => `<|unused${id}|>`);
  const types = Array(vocabularySize).fill(controlToken);
  const merges = [];
  for (const [bytes, rank] of ranked) {
    tokens[rank] = spell(bytes);
    types[rank] = normalToken;
    const pair = lastMerge(bytes, rank, rankOf);
    if (pair) merges.push([rank, pair.map((part) => spell(Buffer.from(part, 'latin1'))).join(' ')]);
  }
  for (const [name, id] of Object.entries(specialTokens)) tokens[id] = name;
  merges.sort(([left], [right]) => left - right);
  return { tokens, types, merges: merges.map(([, merge]) => merge) };
}

/** js-tiktoken's format: each line has a name, the first rank, and base64 tokens in rank order. */
function parseRanks(bpeRanks) {
  return bpeRanks
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => {
      const [, offset, ...tokens] = line.split(' ');
      return tokens.map((token, index) => [Buffer.from(token, 'base64'), Number(offset) + index]);
    });
}

/** The two parts whose merge gives this token: its bytes merged by rank, stopping below its own. */
function lastMerge(bytes, ownRank, rankOf) {
  let parts = Array.from(bytes, (byte) => String.fromCharCode(byte));
  while (parts.length > 2) {
    let at = -1;
    let best = ownRank;
    for (let i = 0; i + 1 < parts.length; i++) {
      const rank = rankOf.get(parts[i] + parts[i + 1]);
      if (rank !== undefined && rank < best) [best, at] = [rank, i];
    }
    if (at < 0) return undefined;
    parts = [...parts.slice(0, at), parts[at] + parts[at + 1], ...parts.slice(at + 2)];
  }
  return parts.length === 2 ? parts : undefined;
}

/** GPT-2's alphabet, in which GGUF spells byte-level tokens: printable bytes are themselves, the others shifted up. */
function byteSpeller() {
  const printable = new Set([...range(33, 126), ...range(161, 172), ...range(174, 255)]);
  let next = 256;
  const letters = range(0, 255).map((byte) => String.fromCodePoint(printable.has(byte) ? byte : next++));
  return (bytes) => Array.from(bytes, (byte) => letters[byte]).join('');
}

function range(from, to) {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function randomTensors() {
  const random = sequence();
  const weights = (name, shape, scale) => ({
    name: `${name}.weight`,
    shape,
    data: Float32Array.from(
      { length: shape.reduce((product, size) => product * size, 1) },
      () => (random() - 0.5) * scale,
    ),
  });
  const ones = (name) => ({ name: `${name}.weight`, shape: [dimension], data: new Float32Array(dimension).fill(1) });
  return [
    weights('token_embd', [dimension, vocabularySize], 1),
    ones('output_norm'),
    ones('blk.0.attn_norm'),
    weights('blk.0.attn_q', [dimension, dimension], 0.3),
    weights('blk.0.attn_k', [dimension, 16], 0.3),
    weights('blk.0.attn_v', [dimension, 16], 0.3),
    weights('blk.0.attn_output', [dimension, dimension], 0.3),
    ones('blk.0.ffn_norm'),
    weights('blk.0.ffn_gate', [dimension, feedForward], 0.3),
    weights('blk.0.ffn_down', [feedForward, dimension], 0.3),
    weights('blk.0.ffn_up', [dimension, feedForward], 0.3),
  ];
}

/** A linear congruential generator: the same numbers in [0, 1) everywhere. */
function sequence() {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

// GGUF version 3: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. Numbers before values are the type codes.
function gguf(metadata, tensors) {
  const head = [Buffer.from('GGUF'), raw32(3), raw64(tensors.length), raw64(Object.keys(metadata).length)];
  for (const [key, value] of Object.entries(metadata)) head.push(rawText(key), value);
  let offset = 0;
  for (const { name, shape, data } of tensors) {
    head.push(rawText(name), raw32(shape.length), ...shape.map(raw64), raw32(0), raw64(offset));
    offset += aligned(data.byteLength);
  }
  return Buffer.concat([padded(Buffer.concat(head)), ...tensors.map(({ data }) => padded(Buffer.from(data.buffer)))]);
}

function aligned(length) {
  return Math.ceil(length / 32) * 32;
}

function padded(bytes) {
  return Buffer.concat([bytes], aligned(bytes.length));
}

function raw32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function raw64(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function rawText(value) {
  const bytes = Buffer.from(value);
  return Buffer.concat([raw64(bytes.length), bytes]);
}

function uint32(value) {
  return Buffer.concat([raw32(4), raw32(value)]);
}

function float32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([raw32(6), bytes]);
}

function boolean(value) {
  return Buffer.concat([raw32(7), Buffer.from([value ? 1 : 0])]);
}

function text(value) {
  return Buffer.concat([raw32(8), rawText(value)]);
}

function texts(values) {
  return Buffer.concat([raw32(9), raw32(8), raw64(values.length), ...values.map(rawText)]);
}

function integers(values) {
  return Buffer.concat([raw32(9), raw32(5), raw64(values.length), Buffer.from(Int32Array.from(values).buffer)]);
}
