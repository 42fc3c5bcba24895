// A prompt typed in the Chat view, answered by a real model server through Marginal.
import assert from 'node:assert/strict';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { llamaMissing, startLlama } from '../../scripts/host/llama.mjs';
import { openHost } from './driver.ts';
import { ledgerSums } from './ledgerSums.ts';
import { eventually } from './look.ts';

const vsix = fileURLToPath(new URL('../../.cache/marginal.vsix', import.meta.url));
const skip = (await llamaMissing()) ?? false;

test("Ask mode: the ledger's tokens equal llama-server's own", { skip, timeout: 300_000 }, async (context) => {
  const llama = await startLlama({ answerTokens: 48, slots: 1 });
  context.after(llama.stop);
  const host = await openHost({
    vsix,
    settings: { 'marginal.endpoints': [{ id: 'llama', kind: 'openai', url: `${llama.origin}/v1`, label: 'llama' }] },
  });
  context.after(host.close);

  await host.chat.pickMode('Ask');
  await host.chat.pickModel('random-o200k (llama)');
  for (const prompt of ['What is a ledger?', 'And a budget?']) {
    const answer = await host.chat.ask(prompt, 120_000);
    assert.notEqual(answer, '');
  }

  const served = await servedBy(llama.origin);
  const kept = await eventually(host.page, 'the ledger holds what llama-server counted', () => {
    const sums = ledgerSums(host.userFolder);
    return sums.calls >= 2 && sums.outputTokens === served.predicted ? sums : undefined;
  });
  await host.screenshot('llama-ask');
  assert.equal(kept.freshTokens, served.promptProcessed);
  assert.ok(kept.cacheReadTokens > 0, 'the second prompt reads the first from the cache');
});

/** llama-server's own counters: prompt tokens it processed (not those from its cache), and tokens it made. */
async function servedBy(origin: string): Promise<{ promptProcessed: number; predicted: number }> {
  const text = await (await fetch(`${origin}/metrics`)).text();
  const counter = (name: string) => Number(new RegExp(`^llamacpp:${name} (\\S+)`, 'm').exec(text)?.[1]);
  return { promptProcessed: counter('prompt_tokens_total'), predicted: counter('tokens_predicted_total') };
}
