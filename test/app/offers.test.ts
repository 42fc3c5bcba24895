import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CatalogModel } from '../../src/app/catalog.ts';
import { offersOf, policyOf } from '../../src/app/offers.ts';
import { fakeEndpoint } from '../fakes/fakeEndpoint.ts';

function offered(id: string, name: string, more: Partial<CatalogModel['model']> = {}): CatalogModel {
  const endpoint = fakeEndpoint([], { id, label: id });
  return {
    id: `${id}/${name}`,
    endpoint,
    endpointId: id,
    endpointLabel: id,
    local: false,
    model: { name, ...more },
    price: undefined,
  };
}

test('policies come first, then every model with its endpoint', () => {
  const offers = offersOf([offered('a', 'm'), offered('b', 'm')]);
  assert.deepEqual(
    offers.map(({ name }) => name),
    ['Marginal: Frugal', 'Marginal: Balanced', 'Marginal: Best', 'm (a)', 'm (b)'],
  );
  assert.equal(new Set(offers.map(({ id }) => id)).size, 5);
});

test("VS Code's own models are routes of the policies and no entries of their own", () => {
  const offers = offersOf([offered('vscode:copilot', 'gpt-5', { contextTokens: 128_000, maxOutputTokens: 16_000 })]);
  assert.deepEqual(
    offers.map(({ id }) => policyOf(id)),
    ['frugal', 'balanced', 'best'],
  );
  assert.equal(offers[0]?.maxInputTokens, 112_000);
});

test('nothing is offered where there is no model', () => {
  assert.deepEqual(offersOf([]), []);
});

test('input and output together never exceed the context', () => {
  for (const contextTokens of [undefined, 2_048, 8_192, 1_000_000]) {
    const [, , , offer] = offersOf([offered('a', 'm', { contextTokens, maxOutputTokens: 64_000 })]);
    assert.ok(offer && offer.maxInputTokens > 0 && offer.maxOutputTokens > 0);
    assert.ok(offer.maxInputTokens + offer.maxOutputTokens <= (contextTokens ?? 65_536));
  }
});

test('a policy takes tools and images where any model does', () => {
  const [frugal] = offersOf([
    offered('a', 'm', { tools: false, images: false }),
    offered('a', 'n', { tools: true, images: true }),
  ]);
  assert.deepEqual([frugal?.tools, frugal?.images], [true, true]);
});

test('thinking is offered for models that can be told how much; a policy offers it where any model does', () => {
  const offers = offersOf([
    offered('a', 'thinks', { thinking: true }),
    offered('a', 'thinks-as-it-likes', { thinking: true, takesEffort: false }),
    offered('a', 'plain', { thinking: false }),
    offered('a', 'unknown'),
  ]);
  assert.deepEqual(
    offers.map(({ thinking }) => thinking),
    [true, true, true, true, false, false, false],
  );
  assert.equal(offersOf([offered('a', 'unknown')])[0]?.thinking, false);
});

test('a policy’s tooltip ends in its contract, escaped, and says nothing of one where none is known', () => {
  const models = [offered('a', 'm')];
  const [frugal, balanced] = offersOf(models, (policy) =>
    policy === 'balanced' ? 'For you: [x](command:y)' : undefined,
  );
  assert.match(frugal?.tooltip ?? '', /costs least among those that can take it/);
  assert.match(balanced?.tooltip ?? '', /\n\nFor you: \\\[x\\\]/);
});
