import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Price } from '../../../src/core/prices/price.ts';
import type { Candidate } from '../../../src/core/route/candidate.ts';
import { detail, tooltip } from '../../../src/core/route/pickerText.ts';

const price: Price = {
  source: 'genai-prices 0.1.8',
  date: '2026-09-23',
  rate: {
    kind: 'tokens',
    tiers: [
      { inputTokensAbove: 0, price: { fresh: 125_000, cacheRead: 12_500, text: 1_000_000 } },
      { inputTokensAbove: 200_000, price: { fresh: 250_000, cacheRead: 25_000, text: 1_500_000 } },
    ],
  },
};
const own: Price = {
  source: 'your electricity and hardware settings',
  date: '2026-11-22',
  rate: { kind: 'seconds', nanoCreditsPerSecond: 0.3e9 / 3600 },
};
const free: Price = {
  ...price,
  rate: { kind: 'tokens', tiers: [{ inputTokensAbove: 0, price: { fresh: 0, text: 0 } }] },
};
const candidate: Candidate = {
  endpointId: 'google',
  endpointLabel: 'Google',
  local: false,
  model: { name: 'gemini-2.5-pro', contextTokens: 1_048_576, maxOutputTokens: 65_536, tools: true, images: true },
  price,
  strength: {
    passRate: 83.1,
    basis: 'measured',
    date: '2025-06-06',
    source: 'Aider',
    matchedAs: 'gemini-2.5-pro-preview-06-05 (32k think)',
  },
};

describe('detail', () => {
  it('is price and place, short', () => {
    assert.equal(detail(candidate), '$1.25 in · $10 out per M · cloud');
    assert.equal(detail({ local: true, price: own }), 'local · ≈ 0.3 cr/h');
    assert.equal(detail({ local: false, price: undefined }), 'price unknown · cloud');
    assert.equal(detail({ local: false, price: free }), 'no charge · cloud');
    assert.equal(detail({ local: false, price: free, demo: true }), 'demonstration · plays a script');
  });
});

/** As Markdown shows it. */
const shown = (markdown: string) => markdown.replace(/\\(.)/g, '$1');

describe('tooltip', () => {
  it('says price with its tiers, source and date, place, context, abilities, strength and its basis', () => {
    assert.deepEqual(shown(tooltip(candidate)).split('\n\n'), [
      'gemini-2.5-pro on Google, in the cloud',
      'Price per million tokens: $1.25 in · $0.125 cached · $10 out',
      'Price per million tokens: above 200k input tokens $2.5 in · $0.25 cached · $15 out',
      'Source: genai-prices 0.1.8, 2026-09-23',
      'Context: 1M tokens, at most 66k of output',
      'Tools: yes · Images: yes · Thinking: not known',
      'Strength at code: 83 % of the Aider polyglot exercises (measured 2025-06-06 as gemini-2.5-pro-preview-06-05 (32k think))',
    ]);
  });

  it('says what is not known, and how to give a price', () => {
    const text = tooltip({ endpointId: 'x', endpointLabel: 'vLLM', local: false, model: { name: 'mystery' } });
    assert.deepEqual(shown(text).split('\n\n'), [
      'mystery on vLLM, in the cloud',
      'Price: unknown. Give one in the setting marginal.prices for "mystery"',
      'Context: not known',
      'Tools: not known · Images: not known · Thinking: not known',
      'Strength at code: not known',
    ]);
  });

  it('tells own hardware, a model passed on to a cloud, and a demonstration apart', () => {
    const local = {
      ...candidate,
      local: true,
      price: own,
      strength: { passRate: 8, basis: 'parameters', date: '2025-10-03', source: 'Aider', matchedAs: '8B parameters' },
    } as const;
    assert.match(tooltip(local), /on your own hardware\n\nCost: about 0\.3 credits an hour of work/);
    assert.match(
      shown(tooltip(local)),
      /≈ 8 % of the Aider polyglot exercises \(no measurement: guessed from 8B parameters\)/,
    );
    assert.match(
      tooltip({ ...candidate, model: { ...candidate.model, remoteHost: 'ollama.com' } }),
      /in the cloud \(passed on to ollama\.com\)/,
    );
    assert.doesNotMatch(tooltip({ ...candidate, demo: true }), /Price|Strength/);
  });

  it('tells whether own hardware has the model loaded, where the server says', () => {
    const on = (resident: boolean | undefined, local = true) =>
      tooltip({ ...candidate, local, model: { ...candidate.model, resident } }).split('\n\n')[1];
    assert.equal(on(true), 'Loaded now');
    assert.equal(on(false), 'Not loaded: the first answer waits until it is');
    assert.match(on(undefined) ?? '', /^Price/);
    assert.match(on(true, false) ?? '', /^Price/);
  });

  it('shows names from outside as they are: no mark-up, links, pictures or lines of their own', () => {
    const hostile = '[free](command:evil) **x** ![](http://x)\n\n# y <b>';
    const text = tooltip({
      ...candidate,
      endpointLabel: hostile,
      model: { name: hostile, remoteHost: hostile },
      price: undefined,
      strength: { passRate: 8, basis: 'price', date: '2025-10-03', source: 'Aider', matchedAs: hostile },
    });
    assert.equal(text.split('\n\n').length, tooltip({ ...candidate, price: undefined }).split('\n\n').length);
    assert.doesNotMatch(text.replace(/\\./g, ''), /[[\]*!<]|^#|:\/\//m);
  });
});
