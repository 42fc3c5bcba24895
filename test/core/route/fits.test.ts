import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { needOf } from '../../../src/core/route/candidate.ts';
import { fits, thousands } from '../../../src/core/route/fits.ts';

const need = { inputTokens: 7_000, outputReserveTokens: 1_000, expectedOutputTokens: 500, tools: false, images: false };
const model = { name: 'm', contextTokens: 8_000, tools: true, images: true };

describe('fits', () => {
  it('needs room for the input and the answer', () => {
    assert.equal(fits(model, need).fit, 'yes');
    assert.deepEqual(fits({ ...model, contextTokens: 7_999 }, need), { fit: 'no', why: 'needs 8k tokens, takes 8k' });
    assert.deepEqual(fits({ ...model, contextTokens: 4_096 }, need), { fit: 'no', why: 'needs 8k tokens, takes 4k' });
  });

  it('reserves no more than the model can write', () => {
    assert.equal(fits({ ...model, contextTokens: 7_500, maxOutputTokens: 500 }, need).fit, 'yes');
    assert.equal(fits({ ...model, contextTokens: 7_499, maxOutputTokens: 500 }, need).fit, 'no');
  });

  it('needs tools and images only for requests that have them', () => {
    const bare = { ...model, tools: false, images: false };
    assert.equal(fits(bare, need).fit, 'yes');
    assert.deepEqual(fits(bare, { ...need, tools: true }), { fit: 'no', why: 'takes no tools' });
    assert.deepEqual(fits(bare, { ...need, images: true }), { fit: 'no', why: 'takes no images' });
  });

  it('says what is not known; a known no comes before it', () => {
    assert.equal(fits({ name: 'm' }, need).fit, 'unknown');
    assert.deepEqual(fits({ name: 'm', contextTokens: 9_000 }, { ...need, tools: true }), {
      fit: 'unknown',
      why: 'it is not known whether it takes tools',
    });
    assert.equal(fits({ name: 'm', images: false }, { ...need, images: true }).fit, 'no');
  });
});

describe('needOf', () => {
  const image = { kind: 'image', mimeType: 'image/png', data: new Uint8Array() } as const;
  it('sees tools, and images in messages and in tool results', () => {
    const plain = needOf({ messages: [{ role: 'user', content: [{ kind: 'text', text: 'hi' }] }], tools: [] }, 10);
    assert.deepEqual([plain.tools, plain.images, plain.inputTokens], [false, false, 10]);
    const tools = [{ name: 't', description: '' }];
    assert.equal(needOf({ messages: [{ role: 'user', content: [image] }], tools }, 10).images, true);
    const nested = { kind: 'toolResult', callId: 'c', content: [image] } as const;
    assert.deepEqual(needOf({ messages: [{ role: 'user', content: [nested] }], tools }, 10), {
      ...plain,
      tools: true,
      images: true,
    });
  });

  it('keeps to the output that the request allows', () => {
    const need = needOf({ messages: [], tools: [], maxOutputTokens: 100 }, 10);
    assert.deepEqual([need.outputReserveTokens, need.expectedOutputTokens], [100, 100]);
    assert.equal(needOf({ messages: [], tools: [] }, 10, 50).expectedOutputTokens, 50);
  });
});

it('thousands writes token counts short', () => {
  assert.deepEqual([412, 8_192, 200_000, 999_999, 1_050_000, 2_000_000].map(thousands), [
    '412',
    '8k',
    '200k',
    '1M',
    '1.1M',
    '2M',
  ]);
});
