/** Whatever an agent's hook tells, the gate answers, and lets nothing that can't be undone happen unasked. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { HookCall } from '../../../src/core/hooks/hookCall.ts';
import type { Action } from '../../../src/core/risk/action.ts';
import { fakeGate } from '../../fakes/fakeGate.ts';

const aWord = fc.oneof(
  fc.constantFrom(
    'rm -rf data',
    'git reset --hard',
    'git push -f',
    'ls',
    'npm publish',
    'dd of=/dev/sda',
    'mkfs /dev/sda',
  ),
  fc.string({ maxLength: 12 }),
);
const aCommand = fc
  .array(fc.tuple(aWord, fc.constantFrom(' && ', '; ', ' | ', '\n', ' $(', '`', ' > ')), { minLength: 1, maxLength: 4 })
  .map((words) => words.flat().slice(0, -1).join(''));
const anAction: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    kind: fc.constant('shell'),
    command: aCommand,
    cwd: fc.constantFrom('/w/app', '/', '~', '\0', 'x'),
  }) as fc.Arbitrary<Action>,
  fc.record({ kind: fc.constant('edit'), path: fc.string(), after: fc.string() }) as fc.Arbitrary<Action>,
  fc.record({
    kind: fc.constant('tool'),
    name: fc.string(),
    server: fc.string(),
    input: fc.anything(),
  }) as fc.Arbitrary<Action>,
);

test('nothing irreversible is allowed while nobody answers', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anAction, { maxLength: 3 }), fc.anything(), fc.string(), async (actions, input, tool) => {
      const { gate, recorded } = fakeGate({ answer: async () => undefined });
      const moment = { kind: 'beforeTool', tool, input, actions } as const;
      const call: HookCall = { agent: 'codex', event: 'PreToolUse', sessionId: 's', cwd: '/w/app', moment };
      const answer = await gate.answer(call, new AbortController().signal);
      assert.notEqual(answer.kind, 'allow');
      assert.ok(recorded.every(({ gate }) => gate.decision === 'denied'));
      if (answer.kind !== 'pass') return;
      for (const action of actions) {
        const { verdict } = await gate.explain(action);
        assert.ok(!['irreversible', 'deploy'].includes(verdict.class), JSON.stringify(action));
      }
    }),
    { numRuns: 150 },
  );
});

test('what isn’t as it should be is never a reason to throw', async () => {
  const { gate } = fakeGate({ answer: async () => undefined });
  await fc.assert(
    fc.asyncProperty(
      fc.anything(),
      fc.constantFrom('beforeTool', 'afterTool', 'prompt', 'x'),
      async (anything, kind) => {
        const moment = {
          kind,
          tool: 'Bash',
          input: anything,
          actions: [{ kind: 'tool', name: 'x', input: anything }],
          result: anything,
        };
        const call = { agent: 'codex', event: 'x', moment } as unknown as HookCall;
        assert.notEqual((await gate.answer(call, new AbortController().signal)).kind, 'allow');
      },
    ),
    { numRuns: 150 },
  );
});
