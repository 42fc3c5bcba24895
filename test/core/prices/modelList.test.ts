import assert from 'node:assert/strict';
import { it } from 'node:test';
import { listedPrices } from '../../../src/core/prices/modelList.ts';

it('makes a price table of a list: a provider for all or one each, aliases, no row without a price', () => {
  const models = [
    { id: 'raptor-mini', aliases: ['oswe-vscode-prime'], tiers: [{ inputTokensAbove: 0, input: 0.25, output: 2 }] },
    { provider: 'xai', id: 'grok-4', tiers: [{ input: 3, output: 15 }] },
    { provider: 'google', id: 'gemma-4-31b-it' },
  ];
  const table = listedPrices({ source: 's', date: '2026-07-30', models }, 'a card', 'github-copilot');
  assert.deepEqual([...table.providers], ['github-copilot', 'x-ai']);
  assert.deepEqual(table.find('github-copilot', ['oswe-vscode-prime'], 0), {
    source: 'a card',
    date: '2026-07-30',
    rate: { kind: 'tokens', tiers: [{ inputTokensAbove: 0, price: { fresh: 25_000, text: 200_000 } }] },
  });
  assert.equal(table.find('google', ['gemma-4-31b-it'], 0), undefined);
});
