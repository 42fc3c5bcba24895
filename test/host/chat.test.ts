// Marginal's models in VS Code's Chat: offered, answering, metered, routed and shown, with a scripted endpoint behind them.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame } from 'playwright-core';
import { tokensText, toolsText } from '../../media/dashboard/format.ts';
import { figureText, moneyText } from '../../src/core/status/moneyText.ts';
import { type ScriptedEndpoint, startScriptedEndpoint } from '../fakes/scriptedEndpoint.ts';
import { type Host, openHost } from './driver.ts';
import { eventually } from './look.ts';
import { byPrompt } from './prompts.ts';
import { BURN, builtVsix, readLedger } from './setup.ts';

const context = { context_length: 128_000 };
const usage = (fresh: number, cached: number, output: number) => ({
  prompt_tokens: fresh + cached,
  completion_tokens: output,
  prompt_tokens_details: { cached_tokens: cached },
});
const BUDGET_CREDITS = 100;
const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index} `);

let endpoint: ScriptedEndpoint;
let doomed: ScriptedEndpoint;
let host: Host;
const violations: string[] = [];

before(async () => {
  const inWorkspace = (path: string) => join(host.workspace, path);
  endpoint = await startScriptedEndpoint({
    models: ['cheap', 'dear'].map((id) => ({ id, ...context })),
    script: (request) =>
      byPrompt({
        'STREAM slowly': [{ text: words(30), betweenChunksMs: 150, usage: usage(9_000, 0, 60) }],
        'MEND the greeting': [
          {
            reasoning: ['I look first.'],
            text: ['I read it.'],
            toolCalls: [
              { name: 'read_file', arguments: { filePath: inWorkspace('greeting.txt'), startLine: 1, endLine: 9 } },
            ],
            usage: { ...usage(15_000, 0, 80), completion_tokens_details: { reasoning_tokens: 20 } },
          },
          {
            text: ['I mend it and note what I did.'],
            toolCalls: [
              {
                id: 'call_edit',
                name: 'replace_string_in_file',
                arguments: {
                  filePath: inWorkspace('greeting.txt'),
                  oldString: 'helo world',
                  newString: 'hello world',
                  explanation: 'a letter was missing',
                },
              },
              {
                id: 'call_make',
                name: 'create_file',
                arguments: { filePath: inWorkspace('notes/done.txt'), content: 'one letter\n' },
              },
            ],
            usage: usage(300, 15_000, 120),
          },
          { text: ['It is mended.'], usage: usage(200, 15_300, 9) },
        ],
        'TALK until I stop you': [{ text: words(400), betweenChunksMs: 100 }],
        'SPEND up to 75 %': [{ text: ['Spent.'], usage: upTo(75.5) }],
        'SPEND up to 95 %': [{ text: ['Spent.'], usage: upTo(95.5) }],
        'SAY which model': [{ text: [`It was ${request.body.model}.`], usage: usage(1_000, 0, 5) }],
        'FAIL with a wrong key': [{ status: 401 }],
        'FAIL with a limit': [{ status: 429, headers: { 'retry-after': '42' } }],
        'FAIL with garbage': [{ body: '<html><body>Welcome to the router</body></html>' }],
      })(request),
  });
  doomed = await startScriptedEndpoint({
    models: [{ id: 'gone', ...context }],
    script: [{ text: words(400), betweenChunksMs: 100 }],
  });
  host = await openHost({
    vsix: builtVsix(),
    workspace: { 'greeting.txt': 'helo world\n' },
    settings: {
      'marginal.endpoints': [
        { id: 'scripted', kind: 'openai', url: endpoint.url, label: 'Scripted' },
        { id: 'doomed', kind: 'openai', url: doomed.url, label: 'Doomed' },
      ],
      'marginal.prices': {
        cheap: { input: 2, cachedInput: 0.2, output: 8 },
        dear: { input: 20, output: 900 },
        gone: { input: 20, output: 900 },
      },
      'marginal.budget.dayCredits': BUDGET_CREDITS,
    },
  });
  host.page.on('console', (message) => {
    if (/Content Security Policy|Refused to/i.test(message.text()) && /marginal/i.test(message.text())) {
      violations.push(message.text());
    }
  });
});

after(async () => {
  await host?.close();
  await endpoint?.stop();
  await doomed?.stop();
});

/** The usage that brings the day to a share of its budget, at 0.002 credits for a token of `dear`. */
function upTo(percent: number) {
  const spent = readLedger(host).today.nanoCredits / 1e9;
  return usage(Math.round(((percent / 100) * BUDGET_CREDITS - spent) / 0.002), 0, 0);
}

/** The burn when no run is live any more; then it says the day's sum. */
function atRest(): Promise<string> {
  return host.statusBarWhere(BURN, (text) => text.includes(' today'), 30_000);
}

test('it activates, says so in the status bar, and offers every model and both policies with their facts', async () => {
  assert.match(await host.statusBarText(BURN), /^◆ /);
  await eventually(host.page, 'one line says what was found', async () =>
    (await host.page.locator('.statusbar').innerText()).includes(
      'Marginal: Found Scripted (2 models), Doomed (one model)',
    ),
  );
  const offered = await eventually(host.page, 'the picker offers the models', async () => {
    const names = await host.chat.models();
    return names.includes('gone (Doomed)') && names.includes('dear (Scripted)') && names;
  });
  for (const name of ['Marginal: Frugal', 'Marginal: Best', 'cheap (Scripted)'])
    assert.ok(offered.includes(name), name);
  const hover = await host.chat.modelHover('cheap (Scripted)');
  assert.match(hover, /\$2 in · \$0\.2 cached · \$8 out/);
  assert.match(hover, /on your own hardware/);
  assert.match(hover, /Context: 128k tokens/);
  assert.match(await host.chat.modelHover('Marginal: Frugal'), /costs least/);
  await host.page.locator('.model-picker-item .model-picker-name').first().click();
  await sleep(500); // it fades in
  await host.screenshot('picker');
  await host.page.keyboard.press('Escape');
});

test('while a reply streams the status bar is live and never goes back; at rest it says the sum of the ledger', async () => {
  await host.chat.pickMode('Ask');
  await host.chat.pickModel('dear (Scripted)');
  await host.chat.send('STREAM slowly');
  const live: { text: string; credits: number }[] = [];
  await eventually(host.page, 'the slow reply ends', async () => {
    const ended = readLedger(host).steps[0]?.state === 'settled';
    const text = await host.statusBarText(BURN);
    const credits = Number(/^◆ ≈ ([\d.,]+) cr/.exec(text)?.[1]?.replace(',', ''));
    if (!ended && !Number.isNaN(credits)) live.push({ text, credits });
    return ended;
  });
  assert.ok(live.length >= 10, `seen ${live.length} times`);
  const figures = live.map(({ credits }) => credits);
  assert.deepEqual(
    figures,
    figures.toSorted((a, b) => a - b),
    'the live figure only grows',
  );
  assert.ok(new Set(figures).size >= 3, `it moves: ${figures}`);
  assert.match(live.at(-1)?.text ?? '', /· step 1$/);
  await host.chat.answer();
  const { today, steps } = readLedger(host);
  // 9,000 tokens at $20 and 60 at $900 per million are $0.234, so 23.4 credits.
  assert.equal(today.nanoCredits, 23_400_000_000);
  assert.deepEqual(steps[0]?.usage, { fresh: 9_000, cacheRead: 0, text: 60 });
  assert.equal(await atRest(), `◆ ${moneyText(today)} today`);
});

test('Agent mode: the ordered tools run, and the steps are one run in the ledger', async () => {
  await host.chat.startNew();
  await host.chat.pickMode('Agent');
  await host.chat.pickModel('cheap (Scripted)');
  assert.match(await host.chat.ask('MEND the greeting'), /It is mended\./);
  await host.screenshot('agent-mode');
  assert.equal(await readFile(join(host.workspace, 'greeting.txt'), 'utf8'), 'hello world\n');
  assert.equal(await readFile(join(host.workspace, 'notes/done.txt'), 'utf8'), 'one letter\n');

  const { runs, today } = readLedger(host);
  const [run] = runs;
  assert.deepEqual(
    run?.steps.map(({ tools, usage: counted, finish, cost }) => ({ tools, usage: counted, finish, ...cost })),
    [
      [['read_file'], { fresh: 15_000, cacheRead: 0, text: 60, reasoning: 20 }, 3_064_000_000],
      [['replace_string_in_file', 'create_file'], { fresh: 300, cacheRead: 15_000, text: 120 }, 456_000_000],
      [[], { fresh: 200, cacheRead: 15_300, text: 9 }, 353_200_000],
    ].map(([tools, counted, nanoCredits], index) => ({
      tools,
      usage: counted,
      finish: index === 2 ? 'stop' : 'toolCalls',
      ...run?.steps[index]?.cost,
      nanoCredits,
      confidence: 'priced',
    })),
  );
  assert.equal(run?.agent, 'vscode-chat');
  assert.equal(run?.folder, host.workspace);
  assert.equal(await atRest(), `◆ ${moneyText(today)} today`);
});

test('the dashboard shows the steps with the figures of the ledger, as panel and as view', async () => {
  await host.command('Marginal: Open Dashboard');
  const panel = await dashboardIn('panel');
  const [run] = readLedger(host).runs;
  assert.ok(run);
  const expected = run.steps
    .map(({ facts, usage: counted, cost, tools }) => [
      facts.model,
      tokensText(counted.fresh),
      tokensText(counted.cacheRead),
      tokensText(counted.text),
      figureText(cost.nanoCredits, cost.confidence),
      tools.length > 0 ? toolsText(tools) : null,
    ])
    .reverse();
  assert.deepEqual(await stepsIn(panel), expected);
  await host.screenshot('dashboard-panel');

  await host.page.locator('.activitybar .action-item a.action-label[aria-label="Marginal"]').click();
  const view = await dashboardIn('view');
  assert.deepEqual(await stepsIn(view), expected);
  await host.screenshot('dashboard-view');
  assert.deepEqual(violations, [], 'nothing that the page does is against its security policy');
});

test('Marginal: Frugal takes the cheaper model, and the dashboard says that it was the policy', async () => {
  await host.chat.startNew();
  await host.chat.pickModel('Marginal: Frugal');
  assert.match(await host.chat.ask('SAY which model'), /It was cheap\./);
  const [run] = readLedger(host).runs;
  assert.equal(run?.steps[0]?.facts.policy, 'frugal');
  await host.command('Marginal: Open Dashboard');
  const panel = await dashboardIn('panel');
  const title = await eventually(host.page, 'the dashboard shows the new run', async () => {
    if ((await panel.locator('.step').count()) !== 1) return undefined;
    return panel.locator('.step .model').first().getAttribute('title');
  });
  assert.match(title, /frugal/i);
});

test('Stop in the chat ends the generation at the server, and the step is kept as cancelled', async () => {
  await host.chat.startNew();
  await host.chat.pickMode('Ask');
  await host.chat.pickModel('cheap (Scripted)');
  await host.chat.send('TALK until I stop you');
  await eventually(host.page, 'some of the answer is there', async () => /word3/.test(await host.chat.answerSoFar()));
  const request = endpoint.completions().at(-1);
  assert.ok(request && !request.aborted);
  const stopped = performance.now();
  await host.chat.cancel();
  await request.ended;
  assert.ok(performance.now() - stopped < 10_000, 'long before it would have ended');
  assert.equal(request.aborted, true);
  assert.ok(request.chunksSent < 300, `${request.chunksSent} chunks were sent`);
  const step = await eventually(host.page, 'the step is in the ledger', () => {
    const last = readLedger(host).steps.at(-1);
    return last?.finish === 'cancelled' && last;
  });
  assert.equal(step.state, 'settled');
  assert.equal(step.cost.confidence, 'estimated');
  assert.ok((step.usage.text ?? 0) > 5, 'what had come is counted');
});

test('each trouble of an endpoint is one sentence with its remedy in the chat, and an event in the ledger', async () => {
  for (const [prompt, sentence, fault] of [
    [
      'FAIL with a wrong key',
      /Scripted (rejects the key|wants a key)[^.]*“Marginal: Add Model Endpoint…”/,
      'unauthorized',
    ],
    ['FAIL with a limit', /Scripted takes no more requests[^.]*: try again in 4\d s, or pick another model\./, 'quota'],
    ['FAIL with garbage', /Scripted sent something that Marginal can't read[^.]*: check that/, 'garbled'],
  ] as const) {
    await host.chat.startNew();
    await host.chat.ask(prompt);
    await host.screenshot(`fault-${fault}`);
    assert.match(await host.chat.shown(), sentence);
    const last = readLedger(host).steps.at(-1);
    assert.deepEqual([last?.state, last?.fault], ['failed', fault]);
  }
});

test('a server that dies in the middle of an answer is one sentence too, and so is one that stays away', async () => {
  await host.chat.startNew();
  await host.chat.pickModel('gone (Doomed)');
  await host.chat.send('TALK for long');
  await eventually(host.page, 'some of the answer is there', async () => /word3/.test(await host.chat.answerSoFar()));
  await doomed.stop();
  await host.chat.answer();
  await host.screenshot('fault-brokenOff');
  assert.match(await host.chat.shown(), /Doomed broke off in the middle of its answer: try again[^.]*\.\n/);
  const broken = readLedger(host).steps.at(-1);
  assert.deepEqual([broken?.state, broken?.fault, broken?.cost.confidence], ['failed', 'brokenOff', 'estimated']);
  assert.ok((broken?.usage.text ?? 0) > 3, 'what had come is counted');

  await host.chat.startNew();
  await host.chat.ask('Is anybody there?');
  await host.screenshot('fault-unreachable');
  assert.match(
    await host.chat.shown(),
    /Doomed is not reachable at http:\/\/127\.0\.0\.1:\d+\/v1: start the server, or [^.]*\.\n/,
  );
  const last = readLedger(host).steps.at(-1);
  assert.deepEqual([last?.state, last?.fault, last?.cost.nanoCredits], ['failed', 'unreachable', 0]);
});

test('the status bar changes colour at 70 and at 90 per cent of a budget, and says the share', async () => {
  const item = host.page.locator(`.statusbar-item[id="${BURN}"]`);
  const kindOf = async () => /warning-kind|error-kind/.exec((await item.getAttribute('class')) ?? '')?.[0];
  assert.ok(!(await host.statusBarText(BURN)).includes('of day'));
  assert.equal(await kindOf(), undefined);
  await host.chat.pickModel('dear (Scripted)');
  for (const [percent, kind] of [
    [75, 'warning-kind'],
    [95, 'error-kind'],
  ] as const) {
    await host.chat.startNew();
    await host.chat.ask(`SPEND up to ${percent} %`);
    await host.statusBarWhere(BURN, (text) => text.endsWith(`today · ${percent} % of day`));
    assert.equal(await kindOf(), kind);
    await host.screenshot(`budget-${percent}`);
  }
});

test('the dashboard follows the theme, high contrast included', async () => {
  await host.command('Marginal: Open Dashboard');
  for (const [theme, kind] of [
    ['Dark Modern', 'vscode-dark'],
    ['Dark High Contrast', 'vscode-high-contrast'],
  ] as const) {
    await host.command('Preferences: Color Theme');
    await host.typeInQuickInput(theme);
    const panel = await dashboardIn('panel');
    await panel.locator(`body.${kind}`).waitFor({ timeout: 20_000 });
    await host.screenshot(`theme-${kind}`);
  }
});

function dashboardIn(place: 'panel' | 'view'): Promise<Frame> {
  return eventually(host.page, `the dashboard's ${place} shows steps`, async () => {
    for (const frame of host.page.frames()) {
      const steps = frame.locator(`body[data-place="${place}"] .step`);
      if ((await steps.count().catch(() => 0)) > 0) return frame;
    }
    return undefined;
  });
}

/** What each row of steps says: model, fresh, cached and output tokens, credits, tools; newest first. */
function stepsIn(frame: Frame): Promise<readonly (readonly unknown[])[]> {
  return frame.locator('.step').evaluateAll((rows) =>
    rows.map((row) => {
      const said = (selector: string) => row.querySelector(selector)?.firstChild?.textContent;
      const labels = ['fresh', 'cached', 'output'].map((label) => `[data-label="${label}"]`);
      return ['.model', ...labels, '.credits'].map(said).concat(row.querySelector('.tools')?.getAttribute('title'));
    }),
  );
}
