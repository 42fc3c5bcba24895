// Why a prompt cost so much, in a real VS Code: a scripted run of the agent, and the sentence about it in the dashboard.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ScriptedEndpoint, startScriptedEndpoint } from '../fakes/scriptedEndpoint.ts';
import { type Host, openHost } from './driver.ts';
import { eventually } from './look.ts';
import { builtVsix } from './setup.ts';

let host: Host;
let endpoint: ScriptedEndpoint;

/** Tokens of each step: the first request, what a tool returned, and a step for which the cache held nothing. */
const STEPS = [
  { prompt: 10_000, cached: 0 },
  { prompt: 40_050, cached: 9_984 },
  { prompt: 40_200, cached: 0 },
];

before(async () => {
  endpoint = await startScriptedEndpoint({
    models: [{ id: 'scripted', context_length: 200_000 }],
    script: (request) => {
      if (!JSON.stringify(request.body).includes('WHY so dear')) return { text: ['Fine.'] };
      const turn = request.body.messages.filter(({ role }: { role: string }) => role === 'tool').length;
      const { prompt, cached } = STEPS[turn] ?? assert.fail(`turn ${turn}`);
      const usage = { prompt_tokens: prompt, completion_tokens: 50, prompt_tokens_details: { cached_tokens: cached } };
      if (turn >= STEPS.length - 1) return { text: ['Done.'], usage };
      const read = { filePath: `${host.workspace}/README.md`, startLine: 1, endLine: 2 };
      return { toolCalls: [{ id: `call_${turn}`, name: 'read_file', arguments: read }], usage };
    },
  });
  host = await openHost({
    vsix: builtVsix(),
    settings: {
      'marginal.endpoints': [{ id: 's', kind: 'openai', url: endpoint.url, label: 'S' }],
      'marginal.prices': { scripted: { input: 10, output: 50, cachedInput: 1 } },
    },
  });
});

after(async () => {
  await host?.close();
  await endpoint?.stop();
});

test('the dashboard says in one sentence why the agent’s prompt cost what it did', { timeout: 300_000 }, async () => {
  const { chat } = host;
  await eventually(
    host.page,
    'the picker offers the model',
    async () => (await chat.models()).includes('scripted (S)'),
    120_000,
  );
  await chat.pickMode('Agent');
  await chat.pickModel('scripted (S)');
  await chat.ask('WHY so dear?', 90_000);
  await host.command('Marginal: Open Dashboard');
  const dashboard = await host.webview('Dearest prompts');
  const reason = dashboard.locator('.why .sentence');
  await reason.waitFor({ timeout: 20_000 });
  // 40,050 tokens were sent before and paid as new: 40.05 cr. The tool's results: 30,000 + 50 + 150 … tokens.
  assert.match(
    await reason.innerText(),
    /^40k tokens that had been sent before were paid as new, as the cache no longer held them at step 3: 40 of \d+ cr; 30 cr for 30k tokens that tools returned \(read_file\)/,
  );
  const dear = dashboard.locator('.dearest li').first();
  assert.match(await dear.innerText(), /40k tokens that had been sent before/);
  await dashboard.getByRole('button', { name: 'Show the figures' }).click();
  const rows = await dashboard.locator('.why tbody tr').allInnerTexts();
  assert.ok(
    rows.some((row) => /cache misses\s+40/.test(row)),
    rows.join('\n'),
  );
  await dashboard.getByRole('combobox', { name: 'Show the period by' }).selectOption('Tool');
  await dashboard.locator('.burn th', { hasText: 'read_file' }).waitFor({ timeout: 20_000 });
  await host.screenshot('reasons');
});
