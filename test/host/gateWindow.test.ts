// What agents' hooks ask of a real VS Code, beside the one question that goes well: several agents at once, one that works in no
// open folder, one that gives up, and a window that is loaded anew while its question stands.
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { hookFolder } from '../../src/adapters/hookFolder.ts';
import { type Host, openHost } from './driver.ts';
import { eventually } from './look.ts';
import { builtVsix } from './setup.ts';

let host: Host;

before(async () => {
  host = await openHost({ vsix: builtVsix() });
  execFileSync('git', ['init', '-q'], { cwd: host.workspace });
  mkdirSync(join(host.workspace, 'drafts'));
  writeFileSync(join(host.workspace, 'drafts', 'plan.md'), 'a plan\n');
  mkdirSync(join(host.home, 'elsewhere', 'data'), { recursive: true });
  writeFileSync(join(host.home, 'elsewhere', 'data', 'a.txt'), 'a\n');
  await hookFolder(host.home, 'linux', { runtime: process.execPath, script: 'x' }).install();
  await listens();
});

after(() => host?.close());

const listens = () =>
  eventually(host.page, 'the window answers hooks', () => {
    const folder = join(host.home, '.marginal', 'windows');
    return existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.json'));
  });

interface Hook {
  readonly child: ChildProcess;
  readonly said: Promise<string>;
}

/** A tool's hook as Claude Code runs it. */
function hook(command: string, { cwd = host.workspace, session = 'one' } = {}): Hook {
  const child = spawn('sh', [join(host.home, '.marginal', 'hook'), 'claude-code', 'PreToolUse'], {
    env: { PATH: process.env.PATH, HOME: host.home },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const said = new Promise<string>((resolve) => {
    let text = '';
    child.stdout.on('data', (piece) => {
      text += piece;
    });
    child.stderr.on('data', (piece) => {
      text += piece;
    });
    child.on('close', () => resolve(text));
  });
  child.stdin.end(
    JSON.stringify({
      session_id: session,
      cwd,
      hook_event_name: 'PreToolUse',
      permission_mode: 'default',
      tool_name: 'Bash',
      tool_input: { command },
      tool_use_id: `use-${Math.random()}`,
    }),
  );
  return { child, said };
}

const box = () => host.page.locator('.monaco-dialog-box');
const dialog = (text: string) =>
  eventually(host.page, `the dialog about ${text}`, async () => {
    const shown = await box().innerText({ timeout: 500 });
    return shown.includes(text) && shown;
  });
const press = (button: string) => box().getByRole('button', { name: button, exact: true }).click({ timeout: 10_000 });
const status = () => host.page.locator('.statusbar').innerText({ timeout: 1_000 });
const calm = () =>
  eventually(host.page, 'the status bar asks for nothing', async () => !(await status()).includes('needs you'));

test('a second agent waits its turn, also one that works in no open folder, and the status bar says so until both are answered', {
  timeout: 200_000,
}, async () => {
  const first = hook('rm -rf drafts');
  await dialog('rm -rf drafts');
  const second = hook('rm -rf data', { cwd: join(host.home, 'elsewhere'), session: 'two' });
  await eventually(host.page, 'the status bar counts both', async () => /needs you \(2\)/.test(await status()));
  await host.screenshot('gate-two-waiting');
  assert.equal((await hook('git status').said).trim(), '', 'a free action of a third waits for nobody');
  await press('Deny');
  assert.match(await first.said, /Your developer said no/);
  const shown = await dialog('rm -rf data');
  assert.match(shown, /elsewhere/);
  await host.screenshot('gate-elsewhere');
  await press('Allow Once');
  assert.match(await second.said, /"permissionDecision":"allow"/);
  await calm();
});

test('an agent that gives up takes its question from the status bar, and a late answer says that it is too late', {
  timeout: 200_000,
}, async () => {
  const gone = hook('rm -rf drafts');
  await dialog('rm -rf drafts');
  await eventually(host.page, 'the status bar asks', async () => (await status()).includes('needs you'));
  gone.child.kill('SIGKILL');
  await calm();
  await host.screenshot('gate-gone');
  await press('Allow Once');
  await host.notification('its deadline has passed, or Claude Code has gone');
  await host.command('Notifications: Clear All Notifications');
});

test('a window that is loaded anew while it asks has said no, and asks again afterwards', {
  timeout: 200_000,
}, async () => {
  const asked = hook('rm -rf drafts');
  await dialog('rm -rf drafts');
  await host.page.reload();
  const said = await asked.said;
  assert.match(said, /"permissionDecision":"deny"/);
  assert.match(said, /was closed or loaded anew before they answered/);
  await listens();
  let again = hook('rm -rf drafts');
  await eventually(host.page, 'it is asked about again', async () => {
    if (await box().count()) return (await box().innerText()).includes('rm -rf drafts');
    const early = await Promise.race([again.said, new Promise((resolve) => setTimeout(resolve, 300))]);
    // The window isn't up yet: nobody could be asked.
    if (typeof early === 'string') again = hook('rm -rf drafts');
    return false;
  });
  await host.screenshot('gate-reloaded');
  await press('Deny');
  assert.match(await again.said, /Your developer said no/);
  assert.ok(existsSync(join(host.workspace, 'drafts', 'plan.md')));
});
