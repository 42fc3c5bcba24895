import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { CatalogModel } from '../../src/app/catalog.ts';
import { followModels } from '../../src/app/modelOffer.ts';
import { NO_CHOICE_SETTINGS } from '../../src/core/allocate/choiceSettings.ts';
import type { ModelOffer } from '../../src/core/allocate/runModels.ts';

function model(
  name: string,
  dollars: number | undefined,
  passRate: number,
  part: Partial<CatalogModel> = {},
): CatalogModel {
  const price = { fresh: 1e5 * (dollars ?? 0), text: 5e5 * (dollars ?? 0) };
  return {
    id: `e/${name}`,
    endpoint: { id: 'e', provider: 'openai', listModels: () => {} } as never,
    endpointId: 'e',
    endpointLabel: 'E',
    model: { name },
    local: false,
    strength: { passRate, date: '', source: '', matchedAs: '', basis: 'measured' },
    price:
      dollars === undefined
        ? undefined
        : { source: '', date: '', rate: { kind: 'tokens', tiers: [{ inputTokensAbove: 0, price }] } },
    ...part,
  };
}

function setUp(models: readonly CatalogModel[], fails = false) {
  let listener = () => {};
  let now = models;
  const offers: ModelOffer[] = [];
  const logged: string[] = [];
  const followed = followModels({
    catalog: {
      models: () => now,
      onDidChange(added) {
        listener = added;
        return () => true;
      },
    },
    settings: () => NO_CHOICE_SETTINGS,
    worker: {
      async offerModels(offer) {
        offers.push(structuredClone(offer));
        if (fails) throw new Error('the worker is gone.');
      },
    },
    log: (sentence) => logged.push(sentence),
  });
  return {
    offers,
    logged,
    followed,
    change(next = now) {
      now = next;
      listener();
    },
  };
}

test('models of known price are told once for each change, without what can’t be sent', () => {
  const { offers, change } = setUp([
    model('a', 1, 40),
    model('unpriced', undefined, 90),
    model('demo', 0, 1, { demo: true }),
  ]);
  change();
  change();
  assert.deepEqual(
    offers.map(({ models }) => models.map(({ id, provider }) => [id, provider])),
    [[['e/a', 'openai']]],
  );
  change([model('a', 1, 40, { healthy: false })]);
  assert.equal(offers.length, 2);
});

test('of very many the local ones are told, and those that no cheaper one is as strong as', () => {
  const many = Array.from({ length: 300 }, (_, index) => model(`m${index}`, 1 + (index % 50), 1 + (index % 60)));
  const { offers, change } = setUp([...many, model('best', 90, 99), model('own', 0.1, 5, { local: true })]);
  change();
  const names = offers[0]?.models.map(({ model: { name } }) => name) ?? [];
  assert.equal(names.length, 24);
  assert.equal(names[0], 'own');
  assert.ok(names.includes('best'));
});

test('a worker that can’t be told is told again at the next change', async () => {
  const { offers, logged, change } = setUp([model('a', 1, 40)], true);
  change();
  await turn();
  change();
  await turn();
  assert.equal(offers.length, 2);
  assert.match(logged[0] ?? '', /^Runs can’t be advised to change their model: the worker is gone\.$/);
});
