// A stranger's first minutes on a machine where nothing is set up: an agent's spending shows by itself, and a model
// endpoint is added by hand.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { installAgent } from '../../scripts/agents/install.mjs';
import { moneyText } from '../../src/core/status/moneyText.ts';
import { sumTokens } from '../../src/core/usage.ts';
import { type AnthropicEndpoint, type RequestBody, startAnthropicEndpoint } from '../fakes/anthropicEndpoint.ts';
import { type ScriptedEndpoint, startScriptedEndpoint } from '../fakes/scriptedEndpoint.ts';
import { type Host, openHost } from './driver.ts';
import { eventually } from './look.ts';
import { BURN, builtVsix, readLedger } from './setup.ts';

const KEY = 'sk-test-4be1c0ffee4be1c0ffee';

let host: Host;
let endpoint: ScriptedEndpoint;

before(async () => {
  endpoint = await startScriptedEndpoint({
    models: [{ id: 'guarded', context_length: 128_000 }],
    script: (request) =>
      request.headers.authorization === `Bearer ${KEY}`
        ? { text: ['The key fits.'], usage: { prompt_tokens: 10, completion_tokens: 4 } }
        : { status: 401 },
  });
  host = await openHost({ vsix: builtVsix(), workspace: { 'a.ts': 'export const x = 1;\n' } });
});

after(async () => {
  await host?.close();
  await endpoint?.stop();
});

test('a real Claude Code run shows up by itself, once and to the token', { timeout: 240_000 }, async (t) => {
  const program = await installAgent('claude-code').catch((error: Error) => error);
  if (program instanceof Error) {
    const reason = `Claude Code could not be installed here: ${program.message}`;
    console.error(`SKIPPED: ${reason}`);
    t.skip(reason);
    return;
  }
  assert.equal(await host.statusBarText(BURN), '◆ Marginal');
  const anthropic = await startAnthropicEndpoint(replyTo);
  t.after(anthropic.close);
  const { code, output } = await runClaudeCode(program, anthropic);
  const ended = performance.now();
  assert.equal(code, 0, output);
  assert.ok(anthropic.served.length >= 2, `${anthropic.served.length} calls were served`);

  const text = await host.statusBarWhere(BURN, (shown) => shown.includes(`step ${anthropic.served.length}`), 5_000);
  const late = Math.round(performance.now() - ended);
  t.diagnostic(`in the status bar ${late} ms after Claude Code had ended: ${text}`);
  assert.ok(late < 2_000, `${late} ms late`);

  const { steps, runs, today } = readLedger(host);
  assert.deepEqual(
    steps.map(({ usage }) => usage),
    anthropic.served.map(({ reply: { usage } }) => ({
      fresh: usage.input,
      cacheRead: usage.cacheRead,
      cacheWrite: usage.cacheWrite,
      cacheWriteHour: 0,
      text: usage.output,
    })),
  );
  assert.equal(runs.length, 1);
  assert.deepEqual([runs[0]?.agent, runs[0]?.folder], ['claude-code', host.workspace]);

  await host.command('Marginal: Open Dashboard');
  const dashboard = await host.webview('Claude Code');
  assert.equal(await dashboard.locator('.step').count(), anthropic.served.length);
  const fresh = await dashboard.locator('.step [data-label="fresh"]').allInnerTexts();
  assert.equal(
    sumTokens(...fresh.map((shown) => Number(/\d+/.exec(shown)?.[0]))),
    sumTokens(...anthropic.served.map(({ reply }) => reply.usage.input)),
  );
  await host.screenshot('claude-code');
  assert.equal(
    await host.statusBarWhere(BURN, (shown) => shown.includes(' today'), 30_000),
    `◆ ${moneyText(today)} today`,
    'the sum at rest: nothing was counted twice',
  );

  await host.command('Marginal: Rescan');
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  assert.deepEqual(readLedger(host).today, today, 'reading all logs again adds nothing');
});

test('an endpoint is added by hand: wrong address told, connection tested, key kept in the secret storage only', {
  timeout: 120_000,
}, async () => {
  await chooseOther('http://127.0.0.1:9/v1');
  await host.typeInQuickInput(KEY);
  const dialog = host.page.locator('.monaco-dialog-box');
  await dialog.waitFor({ timeout: 20_000 });
  assert.match(
    await dialog.innerText(),
    /127\.0\.0\.1:9 is not reachable at http:\/\/127\.0\.0\.1:9\/v1: start the server, or choose “Correct…” and enter another address/,
  );
  await host.screenshot('add-endpoint-wrong-address');
  await host.pressInDialog('Correct…');
  await host.typeInQuickInput(endpoint.url);
  await host.typeInQuickInput(KEY);
  const label = new URL(endpoint.url).host;
  assert.match(await host.notification(`${label} is added`), /with one model/);
  await host.screenshot('add-endpoint-added');

  const name = `guarded (${label})`;
  await eventually(host.page, 'the picker offers the new model', async () => (await host.chat.models()).includes(name));
  await host.chat.pickMode('Ask');
  await host.chat.pickModel(name);
  assert.match(await host.chat.ask('Does the key fit?'), /The key fits\./);
  assert.deepEqual(filesWith(KEY), [], 'the key stands in no file');
});

async function chooseOther(url: string): Promise<void> {
  await host.command('Marginal: Add Model Endpoint…');
  await eventually(host.page, 'the list of kinds is open', async () =>
    (await host.page.locator('.quick-input-widget:visible').innerText()).includes('Other'),
  );
  await host.typeInQuickInput('Other');
  await host.typeInQuickInput(url);
}

/** The files of VS Code's user data that hold this text as it is. */
function filesWith(text: string): readonly string[] {
  return readdirSync(host.userFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => statSync(file).size < 50_000_000 && readFileSync(file).includes(text));
}

/** Reads the file, then ends; each reply with a usage of its own. */
function replyTo(body: RequestBody, index: number) {
  const usage = { input: 11 + index, cacheWrite: 17_000 + index, cacheRead: 2_000 * index, output: 31 + index };
  const hasRead = JSON.stringify(body.messages.at(-1)).includes('tool_result');
  return hasRead
    ? { blocks: [{ type: 'text', text: 'It exports x.' } as const], usage, stop: 'end_turn' as const }
    : {
        blocks: [{ type: 'tool_use', name: 'Read', input: { file_path: join(host.workspace, 'a.ts') } } as const],
        usage,
        stop: 'tool_use' as const,
      };
}

function runClaudeCode(program: string, { url }: AnthropicEndpoint): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['-p', 'What is in a.ts?', '--output-format', 'json', '--allowedTools', 'Read'], {
      cwd: host.workspace,
      env: {
        PATH: process.env.PATH,
        HOME: host.home,
        ANTHROPIC_BASE_URL: url,
        ANTHROPIC_API_KEY: 'sk-ant-dummy',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 120_000,
    });
    let output = '';
    const keep = (chunk: Buffer) => {
      output += chunk;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
