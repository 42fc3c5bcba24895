import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { waitForUpdate } from '@pydantic/genai-prices';
import { genaiPriceLists } from '../../../scripts/prices/genaiPrices.ts';
import { packedPrices } from '../../../scripts/prices/pack.ts';
import { openPricesFile, type PriceLists } from '../../../src/adapters/priceData/pricesFile.ts';
import { tokenRate } from '../../../src/core/prices/priceTable.ts';
import { tableOf } from '../../fakes/priceLists.ts';
import { shippedPrices } from '../../fakes/shippedPrices.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'marginal-prices-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const at = Date.parse('2026-11-22T10:00:00Z');
const lists: PriceLists = {
  source: 'list 1',
  date: '2026-09-23',
  passesOn: { b: ['a'] },
  rows: {
    a: [{ names: ['m'], openNames: ['n'], prices: [{ rate: tokenRate([{ input: 1, output: 2 }]) }] }],
    b: [{ names: ['m'], prices: [{ rate: tokenRate([{ input: 3, output: 4 }]) }] }],
  },
};

function fileOf(text: string): string {
  const file = path.join(folder, 'prices.jsonl');
  writeFileSync(file, text);
  return file;
}

describe('the file of price lists', () => {
  it('says what was packed', () => {
    const table = openPricesFile(fileOf(packedPrices(lists)));
    assert.deepEqual([table.source, table.date, [...table.providers]], ['list 1', '2026-09-23', ['a', 'b']]);
    assert.deepEqual([table.passesOn('a'), table.passesOn('b')], [[], ['a']]);
    assert.deepEqual(table.find('a', ['n-preview'], at)?.rate, tokenRate([{ input: 1, output: 2 }]));
    assert.deepEqual(table.find('b', ['m'], at)?.rate, tokenRate([{ input: 3, output: 4 }]));
    assert.equal(table.find('c', ['m'], at), undefined);
  });

  it('has another content when a price is another', () => {
    const dearer = { ...lists, rows: { ...lists.rows, b: lists.rows.a ?? [] } };
    const contentOf = (some: PriceLists) => openPricesFile(fileOf(packedPrices(some))).content;
    assert.notEqual(contentOf(dearer), contentOf(lists));
    assert.equal(contentOf(structuredClone(lists)), contentOf(lists));
  });

  it('is refused where it is missing or cut off, in one sentence', () => {
    const text = packedPrices(lists);
    const sentence = /^Error: Marginal's price lists can't be read, so calls can't be priced\. Reinstall/;
    assert.throws(() => openPricesFile(path.join(folder, 'missing')), sentence);
    for (let length = 0; length < text.length; length++)
      assert.throws(() => openPricesFile(fileOf(text.slice(0, length))), sentence, `${length} characters`);
  });

  it('as shipped says of every name what the package says', async () => {
    const { source, date, passesOn, rows } = genaiPriceLists((await waitForUpdate()) ?? []);
    const direct = tableOf(
      source,
      date,
      Object.entries(rows).flatMap(([provider, listed]) => listed.map((row) => ({ ...row, provider }))),
      passesOn,
    );
    const shipped = openPricesFile(shippedPrices);
    assert.deepEqual(shipped.providers, direct.providers);
    let compared = 0;
    for (const provider of direct.providers) {
      assert.deepEqual(shipped.passesOn(provider), direct.passesOn(provider));
      for (const name of (rows[provider] ?? []).flatMap((row) => [...row.names, ...(row.openNames ?? [])])) {
        const expected = direct.find(provider, [name.toLowerCase()], at);
        assert.ok(expected, `${provider} ${name}`);
        assert.deepEqual(shipped.find(provider, [name.toLowerCase()], at), expected);
        compared++;
      }
    }
    assert.ok(compared > 2_000, `${compared} names`);
    assert.ok(readFileSync(shippedPrices).length < 400_000, 'the worker holds it in memory');
  });
});
