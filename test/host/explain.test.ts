// `Marginal: Explain a Command…` in a real VS Code: what the gate would do, and by which rule.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Host, openHost } from './driver.ts';
import { builtVsix } from './setup.ts';

let host: Host;

before(async () => {
  host = await openHost({
    vsix: builtVsix(),
    settings: {
      'marginal.gate.rules': [
        { decide: 'deny', command: 'git push --force', because: 'main is shared' },
        { decide: 'allow', command: 'git commit **' },
      ],
      'marginal.ollama.discover': false,
    },
  });
});
after(() => host?.close());

async function explain(kind: string, written: string): Promise<string> {
  const { page } = host;
  await host.command('Marginal: Explain a Command…');
  await page.locator('.quick-input-list .monaco-list-row', { hasText: kind }).first().click();
  await page.locator('.quick-input-widget:visible .quick-input-title', { hasText: 'Explain a Command' }).waitFor();
  await host.typeInQuickInput(written);
  const preview = await host.webview(written, 60_000);
  return (await preview.locator('body').innerText()).replaceAll(/\s+/g, ' ');
}

test('a command is explained with its class, its loss and what would happen', async () => {
  const page = await explain('A command', 'git reset --hard && rm -rf ~/notes');
  assert.match(page, /You are asked first/);
  assert.match(page, /irreversible/);
  assert.match(page, /Expected loss\s+1,\d{3} credits/);
  await host.screenshot('explain-reset');
});

test('the rule that decides is named', async () => {
  const page = await explain('A command', 'git push --force origin main');
  assert.match(page, /It is denied/);
  assert.match(page, /your rule: deny command git push --force/);
  await host.screenshot('explain-rule');
});

test('an edit is explained too', async () => {
  assert.match(await explain('An edit of a file', '.github/workflows/ci.yml'), /You are asked first/);
});
