import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { priceTable, tokenRate } from '../../../src/core/prices/priceTable.ts';
import { tableOf } from '../../fakes/priceLists.ts';

const rate = (input: number) => tokenRate([{ input, output: input * 4 }]);
const table = (rows: Parameters<typeof tableOf>[2]) => tableOf('list 1', '2026-09-23', rows);
const at = Date.parse('2026-11-22T12:00:00Z');
const fresh = (found: ReturnType<ReturnType<typeof table>['find']>) =>
  found?.rate.kind === 'tokens' ? found.rate.tiers[0]?.price.fresh : undefined;

describe('priceTable', () => {
  const some = table([
    { provider: 'a', names: ['model-4.5', 'Other'], prices: [{ rate: rate(1) }] },
    { provider: 'a', names: ['model-4.5-mini'], openNames: ['model-4.5-mini'], prices: [{ rate: rate(2) }] },
    { provider: 'b', names: ['model-4.5'], prices: [{ rate: rate(3) }] },
  ]);

  it('finds whole names of a provider, in any case, with a dot or a dash in the version', () => {
    assert.equal(fresh(some.find('a', ['model-4.5'], at)), 100_000);
    assert.equal(fresh(some.find('a', ['model-4-5'], at)), 100_000);
    assert.equal(fresh(some.find('a', ['other'], at)), 100_000);
    assert.equal(fresh(some.find('b', ['model-4.5'], at)), 300_000);
    assert.equal(some.find('c', ['model-4.5'], at), undefined);
  });

  it('takes no part of a name for the name', () => {
    for (const name of ['model-4', 'model-4.50', 'model-4.5-max', 'x-model-4.5', 'model'])
      assert.equal(some.find('a', [name], at), undefined, name);
  });

  it('allows previews and snapshots only after open names', () => {
    assert.equal(fresh(some.find('a', ['model-4.5-mini-preview-06-05'], at)), 200_000);
    assert.equal(fresh(some.find('a', ['model-4.5-mini-001'], at)), 200_000);
    assert.equal(some.find('a', ['model-4.5-mini-preview-tts'], at), undefined);
    assert.equal(some.find('a', ['model-4.5-preview'], at), undefined);
  });

  it('asks for the list of a provider once, when a price of it is asked', () => {
    const asked: string[] = [];
    const lazy = priceTable({
      source: 'list 1',
      date: '2026-09-23',
      providers: ['a', 'b'],
      rowsOf: (provider) => {
        asked.push(provider);
        return [{ names: ['m'], prices: [{ rate: rate(1) }] }];
      },
      content: '',
    });
    assert.equal(lazy.find('c', ['m'], at), undefined);
    assert.deepEqual([...lazy.providers], ['a', 'b']);
    assert.deepEqual(asked, []);
    for (const name of ['m', 'other', 'm']) lazy.find('b', [name], at);
    assert.deepEqual(asked, ['b']);
  });

  it('takes the first spelling that it has', () => {
    assert.equal(fresh(some.find('a', ['model-4.5-mini-x', 'model-4.5-mini', 'model-4.5'], at)), 200_000);
  });

  it('does not guess where a dash would mean two models', () => {
    const two = table([
      { provider: 'a', names: ['m-1.1'], prices: [{ rate: rate(1) }] },
      { provider: 'a', names: ['m-1-1'], prices: [{ rate: rate(2) }] },
    ]);
    assert.equal(fresh(two.find('a', ['m-1.1'], at)), 100_000);
    assert.equal(fresh(two.find('a', ['m-1-1'], at)), 200_000);
    const clash = table([
      { provider: 'a', names: ['m-1.1-2'], prices: [{ rate: rate(1) }] },
      { provider: 'a', names: ['m-1-1.2'], prices: [{ rate: rate(2) }] },
    ]);
    assert.equal(clash.find('a', ['m-1-1-2'], at), undefined);
  });

  it('gives the price of the day and of the hour, with the day from which it holds', () => {
    const dated = table([
      {
        provider: 'a',
        names: ['m'],
        prices: [
          { rate: rate(1) },
          { from: '2026-03-13', rate: rate(2) },
          { daily: { fromSecond: 22 * 3600, toSecond: 2 * 3600 }, rate: rate(3) },
          { from: '2027-01-01', rate: rate(4) },
        ],
      },
    ]);
    const asked = (day: string) => dated.find('a', ['m'], Date.parse(day));
    assert.equal(fresh(asked('2026-03-12T12:00:00Z')), 100_000);
    assert.equal(asked('2026-03-12T12:00:00Z')?.date, '2026-09-23');
    assert.equal(fresh(asked('2026-03-13T12:00:00Z')), 200_000);
    assert.equal(asked('2026-03-13T12:00:00Z')?.date, '2026-03-13');
    for (const hour of ['22:00:00', '23:59:59', '00:00:00', '01:59:59'])
      assert.equal(fresh(asked(`2026-06-01T${hour}Z`)), 300_000, hour);
    assert.equal(fresh(asked('2026-06-01T02:00:00Z')), 200_000);
    assert.equal(fresh(asked('2027-01-01T00:00:00Z')), 400_000);
  });
});

describe('tokenRate', () => {
  it('turns dollars per million into nano-credits per token, tiers ascending, unknown kinds absent', () => {
    assert.deepEqual(
      tokenRate([
        { inputTokensAbove: 200_000, input: 2.5, output: 15, cachedInput: 0.25 },
        { input: 1.25, output: 10, cachedInput: 0.125 },
      ]),
      {
        kind: 'tokens',
        tiers: [
          { inputTokensAbove: 0, price: { fresh: 125_000, text: 1_000_000, cacheRead: 12_500 } },
          { inputTokensAbove: 200_000, price: { fresh: 250_000, text: 1_500_000, cacheRead: 25_000 } },
        ],
      },
    );
  });
});
