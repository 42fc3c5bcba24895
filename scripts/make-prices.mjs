// `node scripts/make-prices.mjs [--check]`: makes the compact tables that ship from data/prices. --check only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitForUpdate } from '@pydantic/genai-prices';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const read = (name) => JSON.parse(readFileSync(path.join(root, 'data/prices', name), 'utf8'));
const defined = (object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== null));

/** Ids that can't be made from the card's names, as VS Code's chat logs and public issues have them. */
const COPILOT_IDS = { 'raptor-mini': ['oswe-vscode-prime'] };

/** GitHub's card names models for people; `(fast mode)` is `-fast` in ids. */
function rateCard() {
  const { source, models } = read('github-copilot.json');
  const id = (name) => name.toLowerCase().replace(' (fast mode)', '-fast').replaceAll(' ', '-');
  return {
    source,
    date: '2026-07-30',
    models: models.map(({ model, tiers }) => ({
      id: id(model),
      ...(COPILOT_IDS[id(model)] && { aliases: COPILOT_IDS[id(model)] }),
      tiers: tiers.map(({ inputTokensAbove = 0, input, cachedInput, cacheWrite, output }) =>
        defined({ inputTokensAbove, input, cachedInput, cacheWrite, output }),
      ),
    })),
  };
}

/** Models that make text from text: what a chat can pick. */
const NOT_FOR_CHAT = /embed|tts|asr|-image|imagine|ocr|livetranslate|realtime|-mt-/;

function modelsDev() {
  const { source, models } = read('models-dev.json');
  return {
    source: source.replace(/, \d.*$/, ''),
    date: source.match(/\d{4}-\d\d-\d\d/)[0],
    models: models
      .filter(({ id }) => !NOT_FOR_CHAT.test(id))
      .map((model) => {
        const { provider, id, cost, context, output, toolCall, input, reasoning, released } = model;
        // A cache write cheaper than fresh input is a slip of the source (Claude 3 Sonnet).
        const cacheWrite = (price) => (price.cache_write > price.input ? price.cache_write : undefined);
        const priced = (price, inputTokensAbove) =>
          defined({
            inputTokensAbove,
            input: price.input,
            cachedInput: price.cache_read,
            cacheWrite: cacheWrite(price),
            output: price.output,
            reasoning: price.reasoning,
          });
        return defined({
          provider,
          id,
          tiers: cost && [priced(cost, 0), ...(cost.tiers ?? []).map((tier) => priced(tier, tier.tier.size))],
          context,
          output,
          tools: toolCall,
          images: input?.includes('image'),
          thinking: reasoning,
          released: released || undefined,
        });
      }),
  };
}

/** Context windows of models that models.dev has not, or not yet. */
async function contexts(known) {
  const names = { 'x-ai': 'xai' };
  const ids = new Set(known.models.map(({ provider, id }) => `${provider}/${id}`));
  const wholeNames = (match) =>
    'or' in match ? match.or.flatMap(wholeNames) : 'equals' in match ? [match.equals] : [];
  const models = [];
  for (const { id: provider, models: listed } of await waitForUpdate()) {
    if (
      !['anthropic', 'openai', 'google', 'x-ai', 'deepseek', 'moonshotai', 'mistral', 'zai', 'github-copilot'].includes(
        provider,
      )
    )
      continue;
    for (const { id, match, prices, context_window: context } of listed) {
      const price = Array.isArray(prices) ? prices.at(-1).prices : prices;
      if (
        !context ||
        !price.input_mtok ||
        !price.output_mtok ||
        NOT_FOR_CHAT.test(id) ||
        /audio|live|transcribe/.test(id)
      )
        continue;
      const owner = names[provider] ?? provider;
      const all = [...new Set([id, ...wholeNames(match)])].filter(
        (name) => !name.includes('/') && !ids.has(`${owner}/${name}`),
      );
      // Dots and dashes are the same to the look-up, and dates are taken off.
      const key = (name) => name.replace(/\./g, '-').replace(/-20\d\d-?\d\d-?\d\d$/, '');
      const [first, ...aliases] = all.filter(
        (name, index) => all.findIndex((other) => key(other) === key(name)) === index,
      );
      if (first) models.push({ provider: owner, id: first, ...(aliases.length > 0 && { aliases }), context });
    }
  }
  const { version } = JSON.parse(
    readFileSync(path.join(root, 'node_modules/@pydantic/genai-prices/package.json'), 'utf8'),
  );
  return { source: `genai-prices ${version} (MIT)`, date: '2026-09-23', models };
}

function benchmark() {
  const { source, rows } = read('aider-polyglot.json');
  // Two models together say nothing of either; what no one sells any more under that name is of no use.
  const kept = rows.filter(({ model }) => !model.includes(' + ') && !/^(?:Quasar|Optimus)/.test(model));
  return { source, rows: kept.map(({ model, date, passRate }) => ({ model, date, passRate })) };
}

/** One entry a line, so that a change of one price is a change of one line. */
function compact({ models, rows, ...head }) {
  const [key, entries] = models ? ['models', models] : ['rows', rows];
  const start = JSON.stringify(head).slice(0, -1);
  return `${start},"${key}":[\n${entries.map((entry) => JSON.stringify(entry)).join(',\n')}\n]}\n`;
}

const listed = modelsDev();
const files = {
  'githubCopilot.json': compact(rateCard()),
  'modelsDev.json': compact(listed),
  'genaiContexts.json': compact(await contexts(listed)),
  'aiderPolyglot.json': compact(benchmark()),
};
let stale = 0;
for (const [name, text] of Object.entries(files)) {
  const file = path.join(root, 'src/adapters/priceData', name);
  if (process.argv.includes('--check')) {
    if (readFileSync(file, 'utf8') === text) continue;
    console.error(`${name} is not what data/prices gives: run node scripts/make-prices.mjs`);
    stale++;
  } else {
    writeFileSync(file, text);
    console.log(`${name}  ${text.length} bytes`);
  }
}
process.exitCode = stale ? 1 : 0;
