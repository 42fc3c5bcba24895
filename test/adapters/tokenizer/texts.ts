import fc from 'fast-check';

/** Fragments that o200k's splitting rule treats apart, and the joints between them. */
const FRAGMENTS = [
  ...['a', 'B', 'é', 'Ж', 'ж', 'ǅ', 'ß', 'ﬁ', 'ʰ', 'ª', '日', '本', 'か', 'カ', 'ー', '한', 'ไ', 'ท', 'ا', 'ש', 'क'],
  ...['hello', 'World', 'HTTPServer', 'camelCase', 'the', 'function', 'return', 'İstanbul', 'Straße', 'ÉCOLE'],
  ...['0', '7', '12345', '٣', '१', '½', 'Ⅳ', '²', '𝟘'],
  ...[' ', '  ', '\t', '\n', '\r', '\r\n', '\n\n', '\u000b', '\u000c', '\u001c', '\u0085', '\u00a0', '\u1680'],
  ...['\u2003', '\u2028', '\u2029', '\u202f', '\u3000', '\ufeff', '\u200b', '\u180e'],
  ...["'", "'s", "'S", "'t", "'re", "'RE", "'Ve", "'lL", "'m", "'D", "'x", "''", '’s', "'ſ"],
  ...['.', ',', '/', '//', '();', '{', '}', '=>', '"', '-', '_', '#', '€', '∀', '💡', '👩‍💻', '🇩🇪', '🏽'],
  ...['\u0301', '\u0308\u0301', '\u093f', '\u200d', '\ufe0f', '\u0000', '\u007f', '\ue000', '\u0378', '\ufffd'],
  ...['\ud800', '\udc00', '\udbff', '𐐀', '𐐨', '𠮷', '𞤀'],
  ...['<|endoftext|>', '<|endofprompt|>', '<|im_start|>', '<|start|>'],
];

/** Short texts made to hit the joints of the splitting rule, and texts of any code units, lone surrogates included. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 24 }).map((parts) => parts.join('')),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 24 }).map((units) => String.fromCharCode(...units)),
  fc.string({ unit: 'binary', maxLength: 24 }),
  fc.string({ unit: 'grapheme', maxLength: 24 }),
);
