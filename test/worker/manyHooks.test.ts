/** A thousand hooks that call one window at the same time. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { HookAnswer, HookCall } from '../../src/core/hooks/hookCall.ts';
import { type FoundWindow, windowFiles } from '../../src/hook/windowFiles.ts';
import { MAX_CALL_BYTES } from '../../src/protocol/hookWire.ts';
import { type HookWorld, hookWorld } from '../hook/hookWorld.ts';
import { gateWorld } from './gateWorld.ts';
import { told } from './manyCalls.ts';

const MANY = 1_000;

const bash = (command: string, cwd: string) =>
  Buffer.from(JSON.stringify({ session_id: 's', cwd, tool_name: 'Bash', tool_input: { command } }));

function only({ folder }: HookWorld): FoundWindow {
  const [window] = windowFiles(folder);
  assert.ok(window);
  return window;
}

function commandOf({ moment }: HookCall): string {
  const [action] = moment.kind === 'beforeTool' ? moment.actions : [];
  return action?.kind === 'shell' ? action.command : '';
}

test('the gate answers each of a thousand calls as it would by itself, and lets none through', async (t) => {
  const { app, gate, asked, ledger, kept } = gateWorld(t, {}, (question) => {
    const name = question.kind === 'action' ? /keep\d+/.exec(question.action)?.[0] : undefined;
    return name === undefined ? { kind: 'once' } : { kind: 'deny', why: `it is ${name}` };
  });
  const hooks = await hookWorld(t);
  await hooks.window({ id: 'w', folders: [app], answer: gate.answer });
  // No command here waits for git, which a busy machine may keep waiting for too long.
  const calls = Array.from({ length: MANY }, (_, index): readonly [body: string | Buffer, expected: RegExp] => {
    switch (index % 25) {
      case 0:
        return [`{"tool_name":"Bash","tool_input":{"command":"rm ${index}`, /"deny"/];
      case 1:
        return [bash(`kubectl delete namespace gone${index}`, app), /"allow"/];
      case 2:
        return [bash(`kubectl delete namespace keep${index}`, app), new RegExp(`"deny".*it is keep${index}\\b`)];
      default:
        return [bash(`ls free${index}`, app), /^$/];
    }
  });
  const agents = fork(fileURLToPath(new URL('manyCalls.ts', import.meta.url)));
  t.after(() => agents.kill());
  agents.send({ window: only(hooks), bodies: calls.map(([body]) => String(body)) });
  const [words] = (await once(agents, 'message')) as [readonly string[]];
  for (const [index, [, expected]] of calls.entries()) assert.match(words[index] ?? 'none', expected, String(index));
  const questions = (MANY / 25) * 2;
  assert.equal(asked.length, questions, 'each was asked about once');
  await kept();
  const decisions = ledger.gateDecisions(0, Number.MAX_SAFE_INTEGER);
  assert.equal(decisions.length, questions);
});

/** A window whose answers wait until they are given; those to `ls` don't. */
async function waitingWindow(hooks: HookWorld) {
  const waiting: { readonly call: HookCall; readonly answer: (answer: HookAnswer) => void }[] = [];
  let changed = () => {};
  await hooks.window({
    id: 'w',
    folders: [hooks.home],
    answer(call) {
      if (commandOf(call).startsWith('ls')) return Promise.resolve({ kind: 'pass' });
      return new Promise((answer) => {
        waiting.push({ call, answer });
        changed();
      });
    },
  });
  const window = only(hooks);
  /** Calls that got no answer of the gate. */
  let dropped = 0;
  return {
    waiting,
    dropped: () => dropped,
    async tell(command: string) {
      const words = await told(window, bash(command, hooks.home));
      if (words === 'lost' || words === 'nobody') dropped += 1;
      changed();
      return words;
    },
    /** Resolves when so many calls wait or were dropped. */
    until: (count: number) =>
      new Promise<void>((resolve) => {
        changed = () => waiting.length + dropped >= count && resolve();
        changed();
      }),
    deny() {
      for (const { call, answer } of waiting.splice(0))
        answer({ kind: 'deny', reason: `no ${commandOf(call).slice(0, 20)}!` });
    },
  };
}

test('a thousand questions stand at the same time and each gets its own answer; who comes beyond what a window takes is denied', async (t) => {
  const { waiting, dropped, tell, until, deny } = await waitingWindow(await hookWorld(t));
  const all: Promise<string>[] = [];
  // In some steps: all in one, this process would be busy for longer than a hook waits until it is connected.
  while (all.length < MANY * 1.5) {
    for (let step = 0; step < 100; step += 1) all.push(tell(`rm ${all.length}`));
    await until(all.length);
  }
  const stood = waiting.length;
  deny();
  for (const [index, words] of (await Promise.all(all)).entries())
    assert.match(words, new RegExp(`"deny".*no rm ${index}!|^(?:lost|nobody)$`), `${index}: ${words}`);
  assert.ok(stood >= MANY && dropped() > 0, `${stood} stood, ${dropped()} were dropped`);
  assert.equal(await tell('ls'), '', 'and there is room again');
});

test('long calls wait for their turn, so that never more than four of the longest are held, and short ones don’t wait for them', async (t) => {
  const { waiting, dropped, tell, until, deny } = await waitingWindow(await hookWorld(t));
  const count = 14;
  const all: Promise<string>[] = [];
  for (let index = 0; index < count; index += 1) {
    all.push(tell(`rm ${'x'.repeat(MAX_CALL_BYTES - 1_000)}`));
    assert.equal(await tell('ls'), '');
  }
  for (let left = count; left > 0; left -= 4) {
    await until(Math.min(4, left));
    for (let round = 0; round < 20; round += 1) assert.equal(await tell('ls'), '');
    assert.equal(waiting.length, Math.min(4, left));
    deny();
  }
  for (const words of await Promise.all(all)) assert.match(words, /"deny".*no rm x/);
  assert.equal(dropped(), 0);
});
