import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { shortened, visibleLine, visibleText } from '../../../src/core/gate/visibleText.ts';

describe('visibleText', () => {
  it('leaves what can be seen as it is', () => {
    for (const text of ['git push --force origin main', 'echo "größe 日本語 🎉"', 'a\nb\n\nc', "sed -i 's/a/b/' x"])
      assert.equal(visibleText(text), text);
  });

  it('shows what hides: reading direction, nothing-wide characters, controls, other spaces, half characters', () => {
    assert.equal(visibleText('rm \u202etxt.cod'), 'rm ⟨U+202E⟩txt.cod');
    assert.equal(visibleText('a\u200bb\u2066c\ufeff'), 'a⟨U+200B⟩b⟨U+2066⟩c⟨U+FEFF⟩');
    assert.equal(visibleText('a\x1b[2Kb\rc\x00'), 'a⟨U+001B⟩[2Kb⟨U+000D⟩c⟨U+0000⟩');
    assert.equal(visibleText('a\u00a0b\u3000c\u2028d'), 'a⟨U+00A0⟩b⟨U+3000⟩c⟨U+2028⟩d');
    assert.equal(visibleText('\u{e0041}\u3164\u2800\ud800'), '⟨U+E0041⟩⟨U+3164⟩⟨U+2800⟩⟨U+D800⟩');
    assert.equal(visibleText('a\r\nb\tc'), 'a\nb    c');
  });

  it('tells the number of what would push the rest out of sight', () => {
    assert.equal(visibleText(`ls${' '.repeat(1200)}; rm -rf ~`), 'ls ⟨1,200 spaces⟩ ; rm -rf ~');
    assert.equal(visibleText(`ls${'\n'.repeat(50)}rm -rf ~`), 'ls\n⟨49 empty lines⟩\nrm -rf ~');
    assert.equal(visibleText(`ls${'\n \t'.repeat(50)}\nrm -rf ~`), 'ls\n⟨50 empty lines⟩\nrm -rf ~');
  });

  it('puts a text on one line', () => {
    assert.equal(visibleLine('  a \n  b\n'), 'a ⏎ b');
  });

  it('never throws, and lets through nothing that is a control or a format character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(visibleText(text), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}](?<!\n)/u);
      }),
    );
  });
});

describe('shortened', () => {
  it('cuts in the middle, and no character in two', () => {
    assert.equal(shortened('abcdefghij', 5), 'ab…ij');
    assert.equal(shortened('🎉🎉🎉🎉', 4), '🎉🎉🎉🎉');
    assert.equal(shortened('🎉🎉🎉🎉🎉🎉', 3), '🎉…🎉');
  });
});
