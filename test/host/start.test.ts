// `npm start`, as a person uses it: the printed address in a fresh browser, and the demo's run in Agent mode.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { openBrowser } from './browser.ts';
import { chatOf } from './chat.ts';
import { untilReady } from './driver.ts';
import { eventually, screenshot } from './look.ts';

const script = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url));

test('npm start opens a VS Code where the demo model mends the sample', { timeout: 300_000 }, async (context) => {
  const started = spawn(process.execPath, [script, '--demo'], { stdio: ['ignore', 'pipe', 'inherit'] });
  context.after(() => stop(started));
  const address = await printedAddress(started);
  const { page, close } = await openBrowser();
  context.after(close);

  await page.goto(address);
  await untilReady(page);
  const burn = page.locator('.statusbar-item[id="marginal.marginal.marginal.burn"]');
  // On a machine under load VS Code takes its time to activate extensions; until then no model is offered.
  await eventually(page, 'the extension is active', () => burn.isVisible(), 90_000);
  const chat = chatOf(page);
  await chat.pickMode('Agent');
  await chat.pickModel('Scripted run (Demo without AI)');
  await chat.send('Make the tests pass.');
  // VS Code lets a rule run a command unasked only after the person has switched that on; so it asks, twice.
  await chat.confirm('Allow');
  await chat.confirm('Allow');
  const answer = await chat.answer();
  await screenshot(page, 'npm-start');

  assert.match(answer, /All tests pass/);
  await eventually(page, 'the status bar shows what the run cost', async () =>
    /◆ (≈ )?\d[\d.,]* cr/.test(await burn.innerText()),
  );
});

test('the address without its key opens nothing, and says why', { timeout: 120_000 }, async (context) => {
  const started = spawn(process.execPath, [script, '--demo'], { stdio: ['ignore', 'pipe', 'inherit'] });
  context.after(() => stop(started));
  const address = new URL(await printedAddress(started));
  const { page, close } = await openBrowser();
  context.after(close);

  await page.goto(address.origin + address.pathname);
  await eventually(page, 'the page names the remedy', async () =>
    (await page.locator('#status').innerText()).includes('Use the address that `npm start` printed last'),
  );
  const answer = await fetch(`${address.origin}/?folder=/`, { redirect: 'manual' });
  assert.equal(answer.status, 302, 'the workbench is behind the login');
});

async function printedAddress(process: ChildProcess): Promise<string> {
  let output = '';
  for await (const chunk of process.stdout ?? []) {
    output += chunk;
    const address = /http:\/\/127\.0\.0\.1:\d+\/\S+/.exec(output)?.[0];
    if (address) return address;
  }
  throw new Error(`npm start ended without printing an address:\n${output}`);
}

async function stop(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null) return;
  const ended = once(process, 'exit');
  process.kill('SIGINT');
  await ended;
}
