import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { calcPrice, type MatchLogic, waitForUpdate } from '@pydantic/genai-prices';
import { GENAI_PRICES, genaiPriceLists } from '../../scripts/prices/genaiPrices.ts';
import { openPricesFile } from '../../src/adapters/priceData/pricesFile.ts';
import { cost } from '../../src/core/prices/cost.ts';
import { readModelName } from '../../src/core/prices/modelName.ts';
import { shippedPrices } from '../fakes/shippedPrices.ts';

const at = Date.parse('2026-11-22T10:00:00Z');
const table = openPricesFile(shippedPrices);

/** Every name that the package compares whole, of one provider. */
function* namesOf(match: MatchLogic): Generator<string> {
  if ('or' in match) for (const part of match.or) yield* namesOf(part);
  else if ('equals' in match) yield match.equals;
}

it('names the version that is installed', () => {
  const manifest = readFileSync(
    new URL('../../node_modules/@pydantic/genai-prices/package.json', import.meta.url),
    'utf8',
  );
  assert.equal(JSON.parse(manifest).version, GENAI_PRICES.version, 'a new version: set it and its release day');
});

describe("against the package's own calculation", () => {
  // Its input is the total, with what was cached.
  const usage = { fresh: 1_000, cacheRead: 20_000, cacheWrite: 3_000, cacheWriteHour: 500, text: 700 };
  const theirs = {
    input_tokens: 24_500,
    cache_read_tokens: 20_000,
    cache_write_tokens: 3_500,
    cache_write_1h_tokens: 500,
    output_tokens: 700,
  };
  const large = { fresh: 300_000, cacheRead: 400_000, text: 9_000 };
  const theirLarge = { input_tokens: 700_000, cache_read_tokens: 400_000, output_tokens: 9_000 };

  it('gives the same cost for every name that it lists at every provider we may meet', async () => {
    let compared = 0;
    for (const provider of (await waitForUpdate()) ?? [])
      for (const model of provider.models)
        for (const name of [model.id, ...namesOf(model.match)]) {
          const price = table.find(provider.id, readModelName(name).spellings, at);
          // Prices of other things than text are known to it and not to us.
          const other = /audio|image|video|web|storage|request|message|document|hours/;
          const result = calcPrice(theirs, name, { provider, timestamp: new Date(at) });
          if (
            !price ||
            !result ||
            Object.keys(result.model_price).some((key) => other.test(key) && !key.endsWith('kcount'))
          )
            continue;
          // Two records of one name: it asks its rules in order, we ask the whole name first.
          if (result.model.id !== model.id) continue;
          for (const [mine, given] of [
            [usage, theirs],
            [large, theirLarge],
          ] as const) {
            const expected = calcPrice(given, name, { provider, timestamp: new Date(at) })?.total_price ?? Number.NaN;
            const credits = cost(mine, price);
            assert.ok(
              credits !== undefined && Math.abs(credits / 1e11 - expected) < 1e-9,
              `${provider.id} ${name}: ${credits} for $${expected}`,
            );
          }
          compared++;
        }
    assert.ok(compared > 1_500, `${compared} names`);
  });

  it('follows dated prices', () => {
    for (const [model, day] of [
      ['o3', '2025-05-01'],
      ['o3', '2025-07-01'],
      ['claude-opus-4-6', '2026-03-01'],
      ['claude-opus-4-6', '2026-04-01'],
      ['gpt-5.6-sol', '2026-08-20'],
      ['gpt-5.6-sol', '2026-08-21'],
    ] as const) {
      const provider = model.startsWith('claude') ? 'anthropic' : 'openai';
      const expected =
        calcPrice(theirLarge, model, { providerId: provider, timestamp: new Date(day) })?.total_price ?? Number.NaN;
      const price = table.find(provider, [model], Date.parse(day));
      assert.equal(Math.round((cost(large, price) ?? 0) / 1e6), Math.round(expected * 1e5), `${model} ${day}`);
    }
  });
});

describe('what is left out', () => {
  it('has no price where text tokens are not all that is paid', () => {
    assert.equal(table.find('perplexity', ['sonar'], at), undefined);
    assert.equal(table.find('openai', ['text-embedding-3-small'], at), undefined);
    assert.equal(table.find('openai', ['whisper-1'], at), undefined);
  });

  it('takes an empty record for free, as the package means it', () => {
    const free = table.find('github-copilot', ['gpt-4.1'], at);
    assert.deepEqual(free?.rate, { kind: 'tokens', tiers: [{ inputTokensAbove: 0, price: { fresh: 0, text: 0 } }] });
  });

  it('leaves out a model one of whose periods it cannot tell', () => {
    const odd = genaiPriceLists([
      {
        id: 'a',
        name: 'A',
        api_pattern: '',
        models: [
          {
            id: 'm',
            match: { equals: 'm' },
            prices: [
              { prices: { input_mtok: 1, output_mtok: 2 } },
              { constraint: { type: 'start_date', start_date: '2026-01-01' }, prices: { requests_kcount: 5 } },
            ],
          },
        ],
      },
    ]);
    assert.deepEqual(odd.rows, {});
  });
});
