// A developer lets Marginal guard agents: sees each file's change, agrees, and takes it back; their files come back to the byte.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { installAgent } from '../../scripts/agents/install.mjs';
import { fixturePath } from '../contract/importer.ts';
import { type Host, openHost } from './driver.ts';
import { eventually, step } from './look.ts';
import { builtVsix } from './setup.ts';

const CLAUDE = '.claude/settings.json';
const SETTINGS =
  '{\r\n  // my model\r\n  "model": "opus",\r\n  "hooks": {\r\n    "PreToolUse": [\r\n      { "matcher": "Bash", "hooks": [{ "type": "command", "command": "true" }] }\r\n    ]\r\n  }\r\n}\r\n';

let host: Host;
/** Where the agents' programs are found. */
let programs: string;
let hasClaude = false;

before(async () => {
  programs = mkdtempSync(join(tmpdir(), 'marginal-programs-'));
  const claude = await installAgent('claude-code').catch((error: Error) => error);
  hasClaude = typeof claude === 'string';
  if (typeof claude === 'string') symlinkSync(claude, join(programs, 'claude'));
  else console.error(`SKIPPED: Claude Code is not checked, since it could not be installed here: ${claude.message}`);
  host = await openHost({
    vsix: builtVsix(),
    fillHome: (home) => {
      for (const [file, text] of [
        // VS Code's server takes the PATH of a login shell.
        ['.profile', `PATH="${programs}:$PATH"\n`],
        [CLAUDE, SETTINGS],
        ['.codex/config.toml', 'model = "gpt-5.5"\n'],
        ['.gemini/settings.json', '{"ui": }'],
      ] as const) {
        mkdirSync(dirname(join(home, file)), { recursive: true });
        writeFileSync(join(home, file), text);
      }
    },
  });
});

after(async () => {
  await host?.close();
  rmSync(programs, { recursive: true });
});

const read = (file: string) => readFileSync(join(host.home, file), 'utf8');
const widget = () => host.page.locator('.quick-input-widget:visible');

async function list(title: string): Promise<string> {
  return eventually(host.page, `"${title}" is asked`, async () => {
    const text = await widget().innerText({ timeout: 1_000 });
    return text.includes(title) && text.includes('Claude Code') ? text : undefined;
  });
}

async function confirm(): Promise<void> {
  await widget().locator('.quick-input-count, .quick-input-action').getByText('OK').click();
}

function inNotification(button: string): Promise<void> {
  return step(host.page, `press ${button} in the notification`, () =>
    host.page
      .locator('.notifications-toasts')
      .getByRole('button', { name: button, exact: true })
      .first()
      .click({ timeout: 20_000 }),
  );
}

async function dialog(): Promise<string> {
  return eventually(host.page, 'the files are named before anything is written', async () =>
    host.page.locator('.monaco-dialog-box').innerText({ timeout: 1_000 }),
  );
}

test('agents are guarded once the developer has seen and agreed to each change, and count once their hook was heard', {
  timeout: 240_000,
}, async () => {
  await host.command('Marginal: Guard My Agents…');
  const shown = await list('Guard which agents?');
  assert.match(shown, /Claude Code\s*not guarded/);
  assert.match(shown, /Codex\s*not guarded/);
  assert.match(shown, /Gemini CLI[\s\S]*is not valid JSON \(line 1, column 8/);
  assert.match(shown, /Not here: .*Cursor/);
  await eventually(host.page, 'all but the one with a broken file are chosen', async () =>
    (await widget().innerText({ timeout: 1_000 })).includes('3 Selected'),
  );
  await confirm();
  const asked = await dialog();
  assert.match(asked, /Guard .*Claude Code/);
  assert.match(asked, /^~\/\.claude\/settings\.json \(changed\)$/m);
  assert.match(asked, /through a program in ~\/\.marginal/);
  assert.match(asked, /\.codex\/hooks\.json \(new\)/);
  await eventually(
    host.page,
    'the change is shown as a diff',
    async () => (await host.page.locator('.monaco-diff-editor, .multiDiffEntry').count()) > 0,
  );
  await host.page.waitForTimeout(1_500);
  await host.screenshot('guard-agents-consent');
  assert.equal(read(CLAUDE), SETTINGS, 'nothing is written before the yes');
  await host.pressInDialog('Write These Files');
  const notice = await host.notification('an agent counts as guarded when it was heard');
  assert.match(notice, /Start Copilot, Claude Code once/);
  assert.match(notice, /Start Codex once and trust the hooks/);
  await host.page.waitForTimeout(300);
  await host.screenshot('guard-agents-installed');
  assert.match(read(CLAUDE), /\/\/ my model\r\n/);
  assert.equal(read('.gemini/settings.json'), '{"ui": }');
  const { hooks } = JSON.parse(read('.codex/hooks.json')) as { hooks: Record<string, unknown[]> };
  assert.deepEqual(Object.keys(hooks), ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse']);
  assert.ok(existsSync(join(host.home, '.marginal/hook')));

  await eventually(host.page, 'the window listens', async () => existsSync(join(host.home, '.marginal/windows')));
  if (hasClaude) {
    await inNotification('Check Now');
    assert.equal(await host.notification('Claude Code: ', 60_000), 'Claude Code: guarded, last heard now.');
    await host.screenshot('guard-agents-checked');
  }
  await host.command('Notifications: Clear All Notifications');

  // Claude Code starts.
  const [command = ''] = /[^"]*\.marginal\/hook claude-code SessionStart/.exec(read(CLAUDE)) ?? [];
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
    cwd: host.workspace,
    env: { PATH: process.env.PATH, HOME: host.home },
    input: readFileSync(fixturePath('hooks/claude-code/SessionStart.json')),
    encoding: 'utf8',
  });
  assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
  await host.command('Marginal: Guard My Agents…');
  await eventually(host.page, 'Claude Code counts as guarded', async () =>
    /Claude Code\s*guarded, last heard now/.test(await widget().innerText({ timeout: 1_000 })),
  );
  await host.page.waitForTimeout(300);
  await host.screenshot('guard-agents-heard');
  // All files are as they should be: nothing is asked, and a question can be tried.
  await confirm();
  await host.notification('Start Copilot once');
  await inNotification('Try It');
  const drill = host.page.locator('.quick-input-list .monaco-list-row', { hasText: 'What can’t be undone' }).first();
  await drill.waitFor();
  await host.screenshot('guard-agents-try');
  await drill.click();
  assert.match(await dialog(), /A made-up agent wants to do what can’t be undone/);
  await host.page.keyboard.press('Escape');
  await host.notification('This was a drill');
  await host.command('Notifications: Clear All Notifications');
});

test('taking it back restores every byte, and keeps nothing', { timeout: 240_000 }, async () => {
  await host.command('Marginal: Stop Guarding Agents…');
  const shown = await list('Stop guarding which agents?');
  assert.match(shown, /Codex/);
  await confirm();
  const asked = await dialog();
  assert.match(asked, /\.codex\/hooks\.json \(removed\)/);
  await host.screenshot('guard-agents-stop');
  await host.pressInDialog('Remove the Hooks');
  await host.notification('Marginal no longer guards');
  assert.equal(read(CLAUDE), SETTINGS);
  assert.ok(!existsSync(join(host.home, '.codex/hooks.json')));
  for (const name of ['hook', 'target', 'installed.json'])
    assert.ok(!existsSync(join(host.home, '.marginal', name)), name);
});
