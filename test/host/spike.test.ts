import test, { after, before } from 'node:test';
import { writeFileSync } from 'node:fs';
import { startScriptedEndpoint } from '../fakes/scriptedEndpoint.ts';
import { openHost, type Host } from './driver.ts';
import { builtVsix } from './setup.ts';
let host: Host; let endpoint: any;
before(async () => {
  endpoint = await startScriptedEndpoint({ script: () => ({ text: ['hello'], usage: { prompt_tokens: 5, completion_tokens: 2 } }) });
  host = await openHost({ vsix: builtVsix(), workspace: { 'greeting.txt': 'helo world\n' }, settings: { 'marginal.endpoints': [{ id: 'scripted', kind: 'openai', url: endpoint.url, label: 'Scripted' }] } });
});
after(async () => { await host?.close(); await endpoint?.stop(); });
test('spike', async () => {
  await host.chat.startNew();
  await host.chat.pickMode('Agent');
  await host.chat.pickModel('scripted-model (Scripted)');
  const asks: [string, object][][] = [
    [['copilot_readFile', { filePath: 'FOLDER/greeting.txt', startLine: 1, endLine: 5 }], ['copilot_listDirectory', { path: 'FOLDER' }], ['copilot_findFiles', { query: '**/*.txt' }], ['copilot_findTextInFiles', { query: 'helo', isRegexp: false }], ['copilot_getErrors', {}]],
    [['marginal_createFile', { path: 'notes/new.txt', content: 'a\n' }], ['marginal_createFile', { path: '../out.txt', content: 'a\n' }], ['marginal_replaceText', { path: 'FOLDER/greeting.txt', oldText: 'helo', newText: 'hello' }]],
    [['run_in_terminal', { command: 'echo hi', explanation: 'say hi', goal: 'say hi', mode: 'sync', isBackground: false, timeout: 5000 }]],
  ];
  for (const [i, ask] of asks.entries()) {
    try { await host.chat.send(`@marginal /do ${JSON.stringify(ask)}`);
      await new Promise((r) => setTimeout(r, 1500));
      await host.screenshot(`spike-doing-${i}`);
      if (i >= 1) await host.chat.confirm('Allow', 15_000).catch((e) => console.log('no confirm', i, String(e).slice(0,200)));
      await host.chat.answer(30_000); } catch (e) { console.log(String(e)); }
    await host.screenshot(`spike-do-${i}`);
    console.log(i, await host.chat.shown());
  }
  await host.page.locator('.interactive-response').last().hover();
  await host.page.locator('a.codicon-thumbsup').last().click({ timeout: 5000 }).catch((e) => console.log(String(e)));
  await new Promise((r) => setTimeout(r, 500));
  await host.page.locator('.interactive-response .monaco-button').filter({ hasText: 'Go on' }).last().click({ timeout: 5000 }).catch((e) => console.log(String(e)));
  await new Promise((r) => setTimeout(r, 2500));
  await host.screenshot('spike-goon');
  await host.chat.startNew();
  await host.chat.pickMode('Agent');
  await host.chat.ask('hello agent');
  const bodies = endpoint.completions().map((c: any) => ({ tools: (c.body.tools ?? []).map((t: any) => t.function.name) }));
  console.log(JSON.stringify(bodies));
  await host.chat.startNew();
  await host.page.keyboard.insertText('@');
  await new Promise((r) => setTimeout(r, 1000));
  await host.screenshot('spike-at');
  await host.page.keyboard.insertText('marginal /');
  await new Promise((r) => setTimeout(r, 1000));
  await host.screenshot('spike-slash');
});
