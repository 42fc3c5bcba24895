import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  classAt,
  classOf,
  LETTER,
  LINE_BREAK,
  NUMBER,
  SPACE,
  SYMBOL,
  WORD_HEAD,
  WORD_TAIL,
  widthOf,
} from '../../../src/adapters/tokenizer/characterClass.ts';

test('every code point has the classes that the regular expressions give it', () => {
  const rules: [number, RegExp][] = [
    [WORD_HEAD, /[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]/u],
    [WORD_TAIL, /[\p{Ll}\p{Lm}\p{Lo}\p{M}]/u],
    [LETTER, /\p{L}/u],
    [NUMBER, /\p{N}/u],
    [SPACE, /\s/u],
    [LINE_BREAK, /[\r\n]/u],
    [SYMBOL, /[^\s\p{L}\p{N}]/u],
  ];
  for (let code = 0; code < 0x110000; code++) {
    if (code >= 0x20000 && code < 0xe0000 && code % 61 !== 0) continue;
    const character = String.fromCodePoint(code);
    let expected = 0;
    for (const [bit, rule] of rules) if (rule.test(character)) expected |= bit;
    if (classOf(code) !== expected) assert.fail(`U+${code.toString(16)}: ${classOf(code)} instead of ${expected}`);
  }
});

test('characters are read from UTF-8', () => {
  for (const character of ['a', 'é', '日', '𐐨', '\u{10ffff}', '\u07ff', '\u0800', '\uffff']) {
    const bytes = new TextEncoder().encode(`x${character}y`);
    assert.equal(classAt(bytes, 1), classOf(character.codePointAt(0) as number), character);
    assert.equal(widthOf(bytes[1] as number), bytes.length - 2, character);
  }
});
