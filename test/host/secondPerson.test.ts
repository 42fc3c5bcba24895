// Two people in a real VS Code, with the real ssh-keygen: an agent's hook asks for a publication; one person alone types its name;
// with a second person set up it takes their signature, and neither one's own nor one that was used.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { hookFolder } from '../../src/adapters/hookFolder.ts';
import { type Host, openHost } from './driver.ts';
import { eventually, step } from './look.ts';
import { BURN, builtVsix } from './setup.ts';

const SIGNERS = '.marginal/allowed_signers';
const COMMAND = 'npm publish';

let host: Host;
/** A folder that stands for the other person's machine. */
let other: string;

before(async () => {
  host = await openHost({
    vsix: builtVsix(),
    workspace: { 'package.json': '{ "name": "shop", "version": "1.0.0" }\n' },
    settings: { 'marginal.ollama.discover': false },
    fillHome(home) {
      writeFileSync(
        join(home, '.gitconfig'),
        '[user]\n\tname = Ada\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n',
      );
      mkdirSync(join(home, '.ssh'), { mode: 0o700 });
      newKey(join(home, '.ssh', 'id_ed25519'), 'ada@laptop');
    },
  });
  await host.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  other = join(host.home, '..', 'other');
  mkdirSync(join(other, '.ssh'), { recursive: true });
  newKey(join(other, '.ssh', 'id_ed25519'), 'ben@desk');
  const bare = join(other, 'shop.git');
  git('init', '-q', '--bare', bare);
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'first');
  git('remote', 'add', 'origin', bare);
  git('push', '-q', '-u', 'origin', 'main');
  git('remote', 'set-head', 'origin', 'main');
  await host.statusBarText(BURN);
  // The window puts its own program there when it sees the launcher.
  await hookFolder(host.home, process.platform, { runtime: process.execPath, script: 'x' }).install();
  const windows = join(host.home, '.marginal', 'windows');
  await eventually(host.page, 'the window answers hooks', () =>
    readdirSync(windows).some((name) => name.endsWith('.json')),
  );
});

after(() => host?.close());

test('one person alone types the name; the second is set up, and one’s own key is nobody else’s', {
  timeout: 120_000,
}, async () => {
  const asked = agentAsks('alone');
  assert.match(await dialog('Type Its Name'), /Nobody else is set up to agree to this/);
  await host.screenshot('people-one');
  const name = /type “(.+?)”/.exec(await dialog('Type Its Name'))?.[1] ?? '';
  await press('Type Its Name to Allow…');
  await host.typeInQuickInput(name);
  assert.equal(await asked, 'allow');

  await setUp('ada2@example.com', publicKeyOf(join(host.home, '.ssh')));
  assert.match(await host.notification('This is your own'), /your own signature never counts/);
  await setUp('ben@example.com', publicKeyOf(join(other, '.ssh')));
  assert.match(await host.notification('ben@example.com was added'), /Commit it and bring it to the remote’s default/);
  await host.screenshot('people-set-up');
  assert.match(
    readFileSync(join(host.workspace, SIGNERS), 'utf8'),
    /^ben@example\.com namespaces="marginal-gate" ssh-/m,
  );
  await host.command('Notifications: Clear All Notifications');
  git('add', SIGNERS);
  git('commit', '-qm', 'who may sign');
  git('push', '-q');
});

test('another person’s signature allows it once; a copy of it, and one’s own, do not', {
  timeout: 180_000,
}, async () => {
  const first = agentAsks('together');
  const question = await dialog('Copy the Request…');
  await host.screenshot('people-two');
  assert.match(question, /This takes a second person: ben@example\.com\./);
  await press('Copy the Request…');
  await host.page.locator('.quick-input-widget', { hasText: 'The request is on the clipboard' }).waitFor();
  const request = await clipboard();
  await host.screenshot('people-two-waiting');
  await host.page.keyboard.press('Escape');
  await dialog('No signature came');
  await press('Deny');
  assert.equal(await first, 'deny');

  // One's own, by the command that is for the other person.
  await host.command('Marginal: Sign a Request…');
  assert.match(
    await dialog('Choose a Key and Sign…'),
    /Ada <ada@example\.com>, on .+ asks you to allow this, once:\n\nnpm publish/,
  );
  await host.screenshot('people-sign');
  await press('Choose a Key and Sign…');
  const key = host.page.locator('.quick-input-list .monaco-list-row', { hasText: 'ada@laptop' }).first();
  await key.waitFor();
  await host.screenshot('people-sign-key');
  await key.click();
  await host.notification('The signature is on the clipboard');
  await host.command('Notifications: Clear All Notifications');
  const second = agentAsks('together');
  await dialog('Paste the Signature…');
  await press('Paste the Signature…');
  assert.match(await dialog('another person must sign'), /your own key/);
  await host.screenshot('people-own-key');

  // The other person has no Marginal: as the request says.
  const signature = signedByOther(request);
  await toClipboard(signature);
  await press('Paste the Signature…');
  assert.equal(await second, 'allow');

  const third = agentAsks('together');
  await dialog('Paste the Signature…');
  await press('Paste the Signature…');
  await dialog('The signature is not of this request');
  await host.screenshot('people-replay');
  await press('Deny');
  assert.equal(await third, 'deny');

  await host.command('Marginal: Show Decisions');
  const rows = host.page.locator('.quick-input-list .monaco-list-row');
  await rows.filter({ hasText: 'by you and ben@example.com' }).first().waitFor();
  await rows.filter({ hasText: 'by one person' }).first().waitFor();
  await host.page.waitForTimeout(300);
  await host.screenshot('people-decisions');
  await host.page.keyboard.press('Escape');
});

/** As Claude Code calls its hooks: what the answer is. */
async function agentAsks(session: string): Promise<string | undefined> {
  const body = {
    session_id: session,
    transcript_path: join(host.home, '.claude', 'projects', 'x', `${session}.jsonl`),
    cwd: host.workspace,
    permission_mode: 'default',
  };
  await hook('SessionStart', { ...body, hook_event_name: 'SessionStart', source: 'startup' });
  const answer = await hook('PreToolUse', {
    ...body,
    hook_event_name: 'PreToolUse',
    tool_name: 'Bash',
    tool_input: { command: COMMAND, description: 'Publishes' },
    tool_use_id: `toolu_${randomUUID()}`,
  });
  const { hookSpecificOutput } = JSON.parse(answer) as {
    readonly hookSpecificOutput?: { readonly permissionDecision?: string };
  };
  return hookSpecificOutput?.permissionDecision;
}

function hook(event: string, body: unknown): Promise<string> {
  const child = spawn(join(host.home, '.marginal', 'hook'), ['claude-code', event], {
    cwd: host.workspace,
    env: { PATH: process.env.PATH, HOME: host.home },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(body));
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.on('error', reject).on('close', () => resolve(output.trim()));
  });
}

async function setUp(address: string, key: string): Promise<void> {
  await host.command('Marginal: Set Up a Second Person…');
  await title('who?');
  await host.typeInQuickInput(address);
  await title('which key?');
  await host.typeInQuickInput(key);
}

function title(text: string): Promise<void> {
  return step(host.page, `be asked ${text}`, () =>
    host.page.locator('.quick-input-widget:visible .quick-input-title', { hasText: text }).waitFor({ timeout: 20_000 }),
  );
}

/** Waits for a dialog with these words, and returns all of it. */
function dialog(words: string): Promise<string> {
  return eventually(host.page, `a dialog with “${words}”`, async () => {
    const shown = await host.page.locator('.monaco-dialog-box').innerText({ timeout: 500 });
    return shown.includes(words) && shown;
  });
}

async function press(button: string): Promise<void> {
  await step(host.page, `press ${button}`, () =>
    host.page
      .locator('.monaco-dialog-box')
      .getByRole('button', { name: button, exact: true })
      .click({ timeout: 10_000 }),
  );
}

const clipboard = () => host.page.evaluate<string>('navigator.clipboard.readText()');

async function toClipboard(text: string): Promise<void> {
  await host.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
}

/** Runs what the request itself says, and returns what it says to send back. */
function signedByOther(message: string): string {
  const [request] = /-----BEGIN MARGINAL REQUEST-----[\s\S]*-----END MARGINAL REQUEST-----\n/.exec(message) ?? [''];
  const command = /^ {2}(ssh-keygen .+)$/m.exec(message)?.[1] ?? '';
  writeFileSync(join(other, 'request.txt'), request);
  execFileSync('sh', ['-c', command], { cwd: other, env: { PATH: process.env.PATH, HOME: other }, stdio: 'ignore' });
  return readFileSync(join(other, 'request.txt.sig'), 'utf8');
}

function newKey(file: string, comment: string): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', file]);
}

const publicKeyOf = (folder: string) => readFileSync(join(folder, 'id_ed25519.pub'), 'utf8').trim();

function git(...args: readonly string[]): void {
  execFileSync('git', args, { cwd: host.workspace, env: { ...process.env, HOME: host.home } });
}
