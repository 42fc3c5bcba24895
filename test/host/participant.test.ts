// `@marginal` in a real VS Code's chat, with nobody signed in to anything: each command, and a task done with /do.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openLedger } from '../../src/storage/ledger.ts';
import { type ScriptedEndpoint, startScriptedEndpoint } from '../fakes/scriptedEndpoint.ts';
import { type Host, openHost } from './driver.ts';
import { eventually } from './look.ts';
import { byPrompt } from './prompts.ts';
import { builtVsix, ledgerFile, readLedger } from './setup.ts';

let endpoint: ScriptedEndpoint;
let host: Host;

const usage = (fresh: number, output: number) => ({ prompt_tokens: fresh, completion_tokens: output });
const words = Array.from({ length: 400 }, (_, index) => `word${index} `);

before(async () => {
  endpoint = await startScriptedEndpoint({
    models: [{ id: 'cheap', context_length: 128_000 }],
    script: (request) =>
      byPrompt({
        'PLAIN question': [{ text: ['An answer.'], usage: usage(5_000, 20) }],
        'MEND the greeting': [
          {
            text: ['I read it first.'],
            toolCalls: [
              { id: 'call_read', name: 'copilot_readFile', arguments: reading('greeting.txt') },
              { id: 'call_gone', name: 'copilot_readFile', arguments: reading('gone.txt') },
            ],
            usage: usage(2_000, 40),
          },
          {
            toolCalls: [
              { id: 'call_out', name: 'marginal_createFile', arguments: { path: '../out.txt', content: 'x' } },
              {
                id: 'call_make',
                name: 'marginal_createFile',
                arguments: { path: 'notes/done.txt', content: 'done\n' },
              },
              {
                id: 'call_edit',
                name: 'marginal_strReplace',
                arguments: { path: 'greeting.txt', oldText: 'helo', newText: 'hello' },
              },
            ],
            usage: usage(2_200, 60),
          },
          { text: ['The greeting is mended.'], usage: usage(2_400, 9) },
        ],
        'TALK until I stop you': [{ text: words, betweenChunksMs: 100 }],
        'LOOK again and again': Array.from({ length: 40 }, (_, round) => ({
          toolCalls: [{ id: `call_${round}`, name: 'copilot_readFile', arguments: reading('greeting.txt') }],
          usage: usage(2_000, 20),
        })),
      })(request),
  });
  host = await openHost({
    vsix: builtVsix(),
    workspace: { 'greeting.txt': 'helo world\n' },
    settings: {
      'marginal.endpoints': [{ id: 'scripted', kind: 'openai', url: endpoint.url, label: 'Scripted' }],
      'marginal.prices': { cheap: { input: 2, output: 8 } },
      'marginal.budget.dayCredits': 100,
    },
  });
});

after(async () => {
  await host?.close();
  await endpoint?.stop();
});

const reading = (name: string) => ({ filePath: join(host.workspace, name), startLine: 1, endLine: 5 });

test('a chat with a model offers none of the tools that are for /do only', async () => {
  await host.chat.pickMode('Agent');
  await host.chat.pickModel('cheap (Scripted)');
  await host.chat.ask('PLAIN question');
  const { tools } = endpoint.completions().at(-1)?.body ?? {};
  const names: readonly string[] = tools.map(({ function: { name } }: { function: { name: string } }) => name);
  assert.ok(names.includes('read_file'), names.join(' '));
  assert.deepEqual(
    names.filter((name) => name.startsWith('marginal_')),
    [],
  );
});

test('@marginal /budget, /quote, /value, /prices, /why /regret and a plain question are answered, and nothing is sent', async () => {
  const sent = endpoint.completions().length;
  // 5,000 tokens at $2 and 20 at $8 per million.
  const budget = await host.chat.ask('@marginal /budget');
  assert.match(budget, /Today: 1\.0 cr/);
  assert.match(budget, /1 % of the day’s 100 cr/);
  await host.screenshot('participant-budget');

  const quote = await host.chat.ask('@marginal /quote fix the failing test in greeting.txt');
  for (const policy of ['Frugal', 'Balanced', 'Best'])
    assert.match(quote, new RegExp(`${policy}\\s+[\\d.]+ \\([\\d.]+–`));
  assert.match(quote, /kind fix/);
  assert.match(quote, /value \?/);
  assert.match(await host.chat.shown(), /Do it[\s\S]*Put it into the chat/);
  await host.screenshot('participant-quote');

  await host.chat.confirm('Put it into the chat');
  const input = host.page.locator('.part.auxiliarybar .interactive-input-part .view-lines').first();
  await eventually(host.page, 'the prompt is in the input', async () =>
    /fix\s+the\s+failing\s+test/.test(await input.innerText()),
  );
  await host.page.keyboard.press('ControlOrMeta+A');
  await host.page.keyboard.press('Delete');

  assert.match(await host.chat.ask('@marginal /value 300'), /is worth 300 cr \(US\$3\.00\)/);
  assert.match(await host.chat.ask('@marginal /value'), /tasks are worth 300 cr each, as you said/);
  await host.screenshot('participant-value');
  assert.match(await host.chat.ask('@marginal /value much'), /Write credits/);
  const prices = await host.chat.ask('@marginal /prices');
  for (const price of ['κ', 'β', 'λ', 'ρ']) assert.ok(prices.includes(price), price);
  await host.screenshot('participant-prices');
  assert.match(await host.chat.ask('@marginal /why'), /answer cheap: \+[\d,.]+ = [\d,.]+ V·ΔQ − /);
  await host.screenshot('participant-why');
  assert.match(await host.chat.ask('@marginal /regret'), /No choice of Marginal’s has a known outcome and cost yet/);
  assert.match(await host.chat.shown(), /Whole report/);
  assert.match(await host.chat.ask('@marginal what did today cost?'), /This month: 1\.0 cr[\s\S]*\/quote/);
  await host.screenshot('participant-help');
  assert.equal(endpoint.completions().length, sent);
});

test('/do works with tools, asks before it edits, shows each step’s price, and is one run in the ledger', async () => {
  await host.chat.startNew();
  await host.chat.send('@marginal /do MEND the greeting');
  // The file isn't in version control: the gate asks, and VS Code doesn't ask once more.
  const allow = host.page.locator('.monaco-dialog-box .monaco-button').getByText('Allow Once', { exact: true });
  await allow.waitFor({ timeout: 60_000 });
  await host.screenshot('participant-do-asks');
  await allow.click();
  const answer = await host.chat.answer();
  await host.screenshot('participant-do');
  assert.match(answer, /The greeting is mended\./);
  assert.equal(await readFile(join(host.workspace, 'greeting.txt'), 'utf8'), 'hello world\n');
  assert.equal(await readFile(join(host.workspace, 'notes/done.txt'), 'utf8'), 'done\n');
  const [run] = readLedger(host).runs;
  assert.equal(run?.steps.length, 3);
  assert.deepEqual(run?.steps[0]?.tools, ['copilot_readFile', 'copilot_readFile']);
  assert.match(answer, /It cost 1\.4 cr \(priced\); foretold were/);
  // `/value 300` of the chat before goes with the next one that asks a model: no step can be worth more.
  const worths = [...answer.matchAll(/guess \+([\d,.]+)/g)].map(([, credits]) => Number(credits?.replace(',', '')));
  assert.equal(worths.length, 3);
  assert.ok(
    worths.every((credits) => credits <= 300),
    String(worths),
  );
  const sentBack = JSON.stringify(endpoint.completions().at(-2)?.body.messages);
  assert.match(sentBack, /helo world/);
  assert.match(sentBack, /gone\.txt/);
  // Agent mode attaches its skills to every prompt; nobody asked for them here.
  assert.doesNotMatch(sentBack, /<skills>/);
  assert.match(JSON.stringify(endpoint.completions().at(-1)?.body.messages), /out\.txt is outside of the workspace/);
  assert.equal(existsSync(join(host.workspace, '../out.txt')), false);
});

test('a thumb up under it is a vote on its run', async () => {
  const [run] = readLedger(host).runs;
  await host.page.locator('.interactive-response').last().hover();
  await host.page.locator('.interactive-response a.codicon-thumbsup').last().click();
  await eventually(host.page, 'the vote is in the ledger', () => {
    const ledger = openLedger(ledgerFile(host), { clock: Date });
    try {
      return ledger
        .outcomes(0, Date.now() + 1)
        .some(({ outcome, runId }) => outcome === 'vote' && runId === run?.runId);
    } finally {
      ledger.close();
    }
  });
});

test('a task that goes in circles is stopped, says why, and offers to go on', async () => {
  await host.chat.startNew();
  const sent = endpoint.completions().length;
  const answer = await host.chat.ask('@marginal /do LOOK again and again');
  await host.screenshot('participant-circles');
  assert.match(answer, /Stopped/);
  assert.match(answer, /The same call was made 4 times/);
  assert.match(await host.chat.shown(), /Go on/);
  const stoppedAfter = endpoint.completions().length - sent;
  assert.equal(stoppedAfter, 4);
  await host.chat.confirm('Go on');
  await eventually(host.page, 'it goes on', () => endpoint.completions().length - sent > stoppedAfter);
  await host.chat.answer();
});

test('Stop ends the step at the server, and no other follows', async () => {
  await host.chat.startNew();
  await host.chat.send('@marginal /do TALK until I stop you');
  await eventually(host.page, 'some of the answer is there', async () => /word3/.test(await host.chat.answerSoFar()));
  const request = endpoint.completions().at(-1);
  const sent = endpoint.completions().length;
  await host.chat.cancel();
  await request?.ended;
  assert.equal(request?.aborted, true);
  assert.equal(endpoint.completions().length, sent);
});
