// What is foretold and advised while an agent works, in a real VS Code: a Claude Code log that grows step by step without an
// edit, another whose command fails again and again, and a run through Agent mode whose tools do.
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ScriptedEndpoint, startScriptedEndpoint } from '../fakes/scriptedEndpoint.ts';
import { type Host, openHost } from './driver.ts';
import { eventually } from './look.ts';
import { BURN, builtVsix, readLedger } from './setup.ts';

let host: Host;
let endpoint: ScriptedEndpoint;
const SESSION = '0f3b2c1d-1111-4222-8333-944445555666';

before(async () => {
  endpoint = await startScriptedEndpoint({
    models: [
      { id: 'scripted', context_length: 200_000 },
      { id: 'claude-opus-4-5', context_length: 200_000 },
    ],
    script: (request) => {
      if (!JSON.stringify(request.body).includes('FIND the file')) return { text: ['Fine.'] };
      const turn = request.body.messages.filter(({ role }: { role: string }) => role === 'tool').length;
      const usage = { prompt_tokens: 20_000 + 300 * turn, completion_tokens: 50 };
      if (turn > 20) return { text: ['I give up.'], usage };
      // Always the same file, which isn't there.
      const read = { filePath: `${host.workspace}/missing.ts`, startLine: 1, endLine: 20 };
      return { toolCalls: [{ id: `call_${turn}`, name: 'read_file', arguments: read }], usage, delayMs: 1_500 };
    },
  });
  host = await openHost({
    vsix: builtVsix(),
    settings: {
      'marginal.endpoints': [{ id: 's', kind: 'openai', url: endpoint.url, label: 'S' }],
      'marginal.prices': {
        scripted: { input: 1, output: 5 },
        'claude-opus-4-5': { input: 5, output: 25, cachedInput: 0.5 },
        'claude-3-5-haiku': { input: 1, output: 5, cachedInput: 0.1 },
      },
      'marginal.allocator.mode': 'ask',
    },
  });
});

after(async () => {
  await host?.close();
  await endpoint?.stop();
});

/** One more step of the session, as Claude Code writes it. */
function step(file: string, index: number): void {
  const common = {
    isSidechain: false,
    timestamp: new Date().toISOString(),
    cwd: host.workspace,
    sessionId: SESSION,
    version: '2.1.197',
  };
  const prompt = {
    ...common,
    promptId: `${SESSION}-p`,
    type: 'user',
    uuid: 'u0',
    message: { role: 'user', content: 'Look around' },
  };
  const call = { type: 'tool_use', id: `toolu_${index}`, name: 'Read', input: { file_path: `/code/${index}.ts` } };
  const usage = {
    input_tokens: 5,
    cache_read_input_tokens: 40_000 + 400 * index,
    cache_creation_input_tokens: 400,
    output_tokens: 150 + 7 * (index % 9),
  };
  const message = {
    id: `msg_${index}`,
    role: 'assistant',
    model: 'claude-opus-4-5',
    content: [call],
    stop_reason: 'tool_use',
    usage,
  };
  const reply = { ...common, type: 'assistant', uuid: `a${index}`, requestId: `req_${index}`, message };
  const lines = [...(index === 0 ? [prompt] : []), reply];
  appendFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

test('a Claude Code session that works on without an edit: first a forecast, then the advice, in the status bar and the dashboard', {
  timeout: 240_000,
}, async (t) => {
  const folder = join(host.home, '.claude/projects/-code');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${SESSION}.jsonl`);
  let index = 0;
  /** Works on, step by step, until the status bar says what is looked for. */
  async function workUntil(isRight: RegExp, most: number): Promise<string> {
    const said = new Set<string>();
    while (index < most) {
      step(file, index++);
      await sleep(700);
      const text = await host.statusBarText(BURN);
      if (isRight.test(text)) return text;
      said.add(text);
    }
    throw new Error(`The status bar only said: ${[...said].join(' | ')}`);
  }
  // The extension is there.
  await host.statusBarWhere(BURN, (text) => text.startsWith('◆'), 60_000);
  t.diagnostic(await workUntil(/^◆ [\d.,]+ cr · next [\d.]+ \([\d.]+–[\d.]+\) · value \?$/, 28));
  await host.screenshot('advice-forecast');
  const advice = await workUntil(/no progress/, 60);
  t.diagnostic(advice);
  assert.match(advice, /^◆ [\d.,]+ cr · no progress in \d+ steps$/);
  const hover = (await host.statusBarHover(BURN)).replaceAll(/\s+/g, ' ');
  assert.match(hover, /steps without a new edit or a test that passes/);
  await host.screenshot('advice-log');
  await host.command('Marginal: Open Dashboard');
  const page = await host.webview('Outlook', 40_000);
  step(file, index++);
  await eventually(host.page, 'the outlook says why', async () =>
    /steps without a new edit/.test(await page.locator('.outlook .sentence').innerText()),
  );
  await page.getByRole('button', { name: 'Show the terms and forecasts' }).click();
  const rows = await page.locator('.outlook tbody tr').allInnerTexts();
  assert.ok(
    rows.some((row) => /^Continue/.test(row) && /no progress/.test(row)),
    rows.join('\n'),
  );
  assert.ok(rows.filter((row) => /\d \([\d.]+–[\d.]+\)/.test(row)).length >= 10, rows.join('\n'));
  await page.locator('.outlook').scrollIntoViewIfNeeded();
  await host.screenshot('advice-dashboard');
});

test('a Claude Code session whose command fails again and again is found out by its log, and another model is weighed', {
  timeout: 200_000,
}, async (t) => {
  const session = '1f3b2c1d-1111-4222-8333-944445555667';
  const folder = join(host.home, '.claude/projects/-code');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${session}.jsonl`);
  /** One more step and its result: `npm run build` fails as it did before. */
  function fails(index: number): void {
    const common = { timestamp: new Date().toISOString(), cwd: host.workspace, sessionId: session, version: '2.1.197' };
    const prompt = {
      ...common,
      promptId: `${session}-p`,
      type: 'user',
      uuid: 'b0',
      message: { role: 'user', content: 'Build it' },
    };
    const call = { type: 'tool_use', id: `toolu_b${index}`, name: 'Bash', input: { command: 'npm run build' } };
    const usage = { input_tokens: 5, cache_read_input_tokens: 30_000 + 400 * index, output_tokens: 90 + index };
    const reply = {
      ...common,
      type: 'assistant',
      uuid: `b${index}`,
      requestId: `req_b${index}`,
      message: {
        id: `msg_b${index}`,
        role: 'assistant',
        model: 'claude-3-5-haiku',
        content: [call],
        stop_reason: 'tool_use',
        usage,
      },
    };
    const result = { type: 'tool_result', tool_use_id: call.id, content: 'Exit code 1', is_error: true };
    const answer = { ...common, type: 'user', uuid: `c${index}`, message: { role: 'user', content: [result] } };
    const lines = [...(index === 0 ? [prompt] : []), reply, answer];
    appendFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }
  let index = 0;
  const advice = await eventually(
    host.page,
    'the status bar says that it makes no progress',
    async () => {
      fails(index++);
      await sleep(900);
      const text = await host.statusBarText(BURN);
      return index > 3 && /no progress in \d steps/.test(text) ? text : undefined;
    },
    60_000,
  );
  t.diagnostic(`after ${index} steps: ${advice}`);
  assert.ok(index <= 10, `${index} steps`);
  const hover = (await host.statusBarHover(BURN)).replaceAll(/\s+/g, ' ');
  assert.match(
    hover,
    /The same call was made \d times among the last \d+, failed each time, without an edit in between/,
  );
  await host.screenshot('advice-repeats');
  await host.command('Marginal: Open Dashboard');
  const page = await host.webview('Outlook', 40_000);
  fails(index++);
  const rows = await eventually(host.page, 'another model is among the uses', async () => {
    const open = page.getByRole('button', { name: 'Show the terms and forecasts' });
    if (await open.count()) await open.click();
    const texts = await page.locator('.outlook tbody tr').allInnerTexts();
    return texts.some((row) => /claude-opus-4-5/.test(row)) ? texts : undefined;
  });
  assert.ok(
    // The scripted endpoint is on this machine.
    rows.some((row) => /^Switch to claude-opus-4-5, which runs locally/.test(row) && /isn’t proven here yet/.test(row)),
    rows.join('\n'),
  );
  await page.locator('.outlook').scrollIntoViewIfNeeded();
  await host.screenshot('advice-escalate');
});

test('a run through Agent mode whose tool fails again and again: the advice changes, the developer is asked and ends it', {
  timeout: 300_000,
}, async (t) => {
  const { chat, page } = host;
  await eventually(
    page,
    'the picker offers the model',
    async () => (await chat.models()).includes('scripted (S)'),
    120_000,
  );
  await chat.pickMode('Agent');
  await chat.pickModel('scripted (S)');
  await chat.send('FIND the file, please');
  const texts = new Set<string>();
  const dialog = page.locator('.monaco-dialog-box:visible');
  await eventually(
    page,
    'the developer is asked',
    async () => {
      texts.add(await host.statusBarText(BURN));
      return (await dialog.count()) > 0;
    },
    120_000,
  );
  assert.match(await dialog.innerText(), /Should the agent go on\?[\s\S]*The same call was made \d+ times/);
  t.diagnostic(await host.statusBarWhere(BURN, (text) => /no progress in \d+ steps/.test(text), 15_000));
  t.diagnostic([...texts].join(' | '));
  await host.screenshot('advice-agent');
  await host.pressInDialog('Stop Here');
  const answer = await chat.answer(60_000);
  assert.match(
    answer,
    /You ended this run: the same call was made \d+ times .*; to go on, send a message that says what to do differently\./,
  );
  await host.screenshot('advice-ended');
  const run = readLedger(host).runs.find(({ agent }) => agent === 'vscode-chat');
  assert.ok(run && run.steps.length < 15, `${run?.steps.length} steps`);
});
