// Thinking in VS Code's Chat: how much is picked beside the model's name, and signed blocks go back to the letter.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ReplyPart } from '../../src/core/chat.ts';
import { createAnthropicReplyWriter } from '../../src/core/wire/anthropic/replyWriter.ts';
import { startVendorServer, type VendorServer } from '../fakes/vendorServer.ts';
import { type Host, openHost } from './driver.ts';
import { eventually, step } from './look.ts';
import { builtVsix } from './setup.ts';

const supported = { supported: true };
const model = (id: string, thinks: boolean) => ({
  type: 'model',
  id,
  display_name: id,
  max_input_tokens: 200_000,
  max_tokens: 32_000,
  ...(thinks ? { capabilities: { thinking: { ...supported, types: { enabled: supported } } } } : {}),
});
/** A round that thinks twice, once in secret, and calls a tool. */
const thinkingRound = (path: string): readonly ReplyPart[] => [
  { kind: 'thinking', text: 'A' },
  { kind: 'thinking', text: 'AA', signature: 'sigA' },
  { kind: 'thinking', text: '', redacted: 'opaque' },
  { kind: 'thinking', text: 'BBB', signature: 'sigB' },
  { kind: 'text', text: 'I read it.' },
  { kind: 'toolCall', callId: 'toolu_1', name: 'read_file', input: { filePath: path, startLine: 1, endLine: 2 } },
  { kind: 'finished', reason: 'toolCalls', usage: { fresh: 100, text: 20 } },
];
const BLOCKS = [
  { type: 'thinking', thinking: 'AAA', signature: 'sigA' },
  { type: 'redacted_thinking', data: 'opaque' },
  { type: 'thinking', thinking: 'BBB', signature: 'sigB' },
];

let server: VendorServer;
let host: Host;
const chats = () => server.at('/v1/messages');

before(async () => {
  let rounds = 0;
  server = await startVendorServer(({ path, text }) => {
    if (path.startsWith('/v1/models')) {
      const data = [model('claude-thinker', true), model('claude-plain', false)];
      return { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ data, has_more: false }) };
    }
    const first = text.includes('READ it') && rounds++ === 0;
    const said: readonly ReplyPart[] = first
      ? thinkingRound(`${host.workspace}/README.md`)
      : [
          { kind: 'text', text: 'Done.' },
          { kind: 'finished', reason: 'stop', usage: { fresh: 100, text: 2 } },
        ];
    const write = createAnthropicReplyWriter({ responseId: `msg_${chats().length}`, model: 'claude-thinker' });
    return { headers: { 'content-type': 'text/event-stream' }, body: said.map(write).join('') };
  });
  host = await openHost({
    vsix: builtVsix(),
    settings: { 'marginal.endpoints': [{ id: 'a', kind: 'anthropic', url: server.url, label: 'A' }] },
  });
});

after(async () => {
  await host?.close();
  await server?.stop();
});

/** The button beside the model's name; it says what is chosen. */
const effort = () => host.page.locator('.interactive-input-part .model-picker-config').first();

function thinkMuch(): Promise<void> {
  const { page } = host;
  return step(page, 'pick High', async () => {
    await effort().click();
    await page.locator('.action-widget:visible .monaco-list-row.action').filter({ hasText: 'High' }).first().click();
    await eventually(page, 'High is chosen', async () => (await effort().innerText()).trim() === 'High');
    await page.keyboard.press('Escape');
  });
}

test('nothing is asked for until the user picks how much to think; then it goes along, and lasts', async () => {
  const { chat, page } = host;
  await chat.pickMode('Agent');
  await chat.pickModel('claude-thinker (A)');
  await chat.ask('Hello.');
  assert.equal(chats().at(-1)?.body.thinking, undefined);
  await thinkMuch();
  await chat.ask('And now?');
  assert.deepEqual(chats().at(-1)?.body.thinking, {
    type: 'enabled',
    budget_tokens: chats().at(-1)?.body.max_tokens / 2,
  });
  await chat.pickMode('Ask');
  await chat.ask('And in Ask mode?');
  assert.equal(chats().at(-1)?.body.thinking?.type, 'enabled');
  await host.reload();
  await eventually(page, 'High is still chosen', async () => (await effort().innerText()).trim() === 'High');
  const names = await eventually(page, 'the picker has the other model', async () => {
    const offered = await chat.models();
    return offered.includes('claude-plain (A)') && offered;
  });
  assert.equal(names.length, new Set(names).size, 'a model is listed twice');
});

test("a round's blocks of thinking go back as they came, before its text and its call", async () => {
  const { chat } = host;
  await chat.startNew();
  await chat.pickMode('Agent');
  await chat.pickModel('claude-thinker (A)');
  await thinkMuch();
  await chat.ask('READ it.');
  const { body } = chats().at(-1) ?? assert.fail();
  const round = body.messages.findLast(({ role }: { role: string }) => role === 'assistant');
  assert.deepEqual(round.content.slice(0, 3), BLOCKS);
  assert.deepEqual(
    round.content.slice(3).map(({ type }: { type: string }) => type),
    ['text', 'tool_use'],
  );
  assert.equal(body.thinking?.type, 'enabled');
});
