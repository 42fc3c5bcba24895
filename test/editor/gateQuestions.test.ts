import '../fakes/vscodeModule.ts';
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { drillQuestion } from '../../src/core/gate/drill.ts';
import type { GateChoice, GateQuestion } from '../../src/core/gate/question.ts';
import { env, type FakeCancellationToken, window } from '../fakes/vscode.ts';

const { gateQuestions } = await import('../../src/editor/gateQuestions.ts');

interface Dialog {
  readonly title: string;
  readonly detail: string;
  readonly modal: boolean;
  readonly buttons: readonly string[];
  press(button: string | undefined): void;
}

const ARMOUR = '-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n';
let dialogs: Dialog[] = [];
/** What the next input boxes are answered with; where there is none, a box stays until it is withdrawn. */
let typed: (string | undefined)[] = [];
let boxes: { title: string; validateInput?: (text: string) => string | undefined }[] = [];
let notes: string[] = [];
let clipboard = '';

Object.assign(window, {
  showWarningMessage: (
    title: string,
    { modal, detail }: { modal: boolean; detail: string },
    ...items: { title: string }[]
  ) =>
    new Promise((resolve) => {
      const press = (button: string | undefined) => resolve(items.find((item) => item.title === button));
      dialogs.push({ title, detail, modal, buttons: items.map((item) => item.title), press });
    }),
  showInputBox: (options: (typeof boxes)[number], token: FakeCancellationToken) => {
    boxes.push(options);
    if (typed.length > 0) return Promise.resolve(typed.shift());
    return new Promise((resolve) => token.onCancellationRequested(() => resolve(undefined)));
  },
  showInformationMessage: async (message: string) => void notes.push(message),
  showErrorMessage: async (message: string) => void notes.push(message),
});
Object.assign(env, {
  clipboard: {
    readText: async () => clipboard,
    writeText: async (text: string) => {
      clipboard = text;
    },
  },
});

beforeEach(() => {
  [dialogs, typed, boxes, notes, clipboard] = [[], [], [], [], ''];
});

function setUp(inTime: boolean | Error = true) {
  const answers: { id: string; choice: GateChoice }[] = [];
  const waiting: string[][] = [];
  /** Whether those that wait come after a dialog that is over. */
  const behind: boolean[] = [];
  const surface = gateQuestions({
    clock: { now: () => 0 },
    answer: async (id, choice) => {
      answers.push({ id, choice });
      if (inTime instanceof Error) throw inTime;
      return inTime;
    },
    onWaiting(questions, isBehind) {
      waiting.push(questions.map(({ id }) => id));
      behind.push(isBehind);
    },
    log: () => {},
  });
  const ask = (id: string, kind: Parameters<typeof drillQuestion>[0] = 'commit', change: Partial<GateQuestion> = {}) =>
    surface.notice({
      kind: 'gateQuestion',
      question: { ...drillQuestion(kind, { id, now: 0, answerSeconds: 120 }), ...change } as GateQuestion,
    });
  const over = (questionId: string | undefined) => surface.notice({ kind: 'gateQuestionOver', questionId });
  return { surface, ask, over, answers, waiting, behind };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
async function press(button: string | undefined): Promise<void> {
  const dialog = dialogs.at(-1);
  if (button !== undefined) assert(dialog?.buttons.includes(button), `${button} is not in ${dialog?.buttons.join()}`);
  dialog?.press(button);
  await turn();
}

test('a question is on the screen in the very turn in which it came, modal, Deny first', () => {
  const { ask, waiting } = setUp();
  ask('a');
  assert.equal(dialogs.length, 1);
  assert.equal(dialogs[0]?.modal, true);
  assert.deepEqual(dialogs[0]?.buttons, [
    'Deny',
    'Deny and Tell the Agent Why…',
    'Allow Once',
    'Allow This Kind for This Run',
    'Close (Deny)',
  ]);
  assert.deepEqual(waiting, [['a']]);
});

test('each button is what it says; closing the dialog is no', async () => {
  for (const [button, choice] of [
    ['Deny', { kind: 'deny' }],
    ['Allow Once', { kind: 'once' }],
    ['Allow This Kind for This Run', { kind: 'kind' }],
    ['Close (Deny)', { kind: 'deny' }],
    [undefined, { kind: 'deny' }],
  ] as const) {
    const { ask, answers, waiting } = setUp();
    ask('a');
    await press(button);
    assert.deepEqual(answers, [{ id: 'a', choice }], button);
    assert.deepEqual(waiting.at(-1), []);
  }
});

test('why is told to the agent, and a box that is left denies without', async () => {
  for (const [said, choice] of [
    [' keep it ', { kind: 'deny', why: 'keep it' }],
    ['  ', { kind: 'deny' }],
    [undefined, { kind: 'deny' }],
  ] as const) {
    const { ask, answers } = setUp();
    typed = [said];
    ask('a');
    await press('Deny and Tell the Agent Why…');
    assert.deepEqual(answers, [{ id: 'a', choice }]);
  }
});

test('several come one after another, counted, and each once', async () => {
  const { surface, ask, answers, waiting } = setUp();
  ask('a');
  ask('b');
  ask('b');
  ask('c', 'spend');
  assert.equal(dialogs.length, 1);
  await press('Deny');
  assert.match(dialogs.at(-1)?.title ?? '', /^2 of 3: /);
  await press('Allow Once');
  assert.match(dialogs.at(-1)?.title ?? '', /^3 of 3: /);
  assert.deepEqual(dialogs.at(-1)?.buttons, ['Stop', 'Go On', 'Close (Stop)']);
  await press('Go On');
  assert.deepEqual(answers, [
    { id: 'a', choice: { kind: 'deny' } },
    { id: 'b', choice: { kind: 'once' } },
    { id: 'c', choice: { kind: 'once' } },
  ]);
  assert.deepEqual(waiting.at(-1), []);
  ask('d');
  assert.doesNotMatch(dialogs.at(-1)?.title ?? '', /^\d of/);
  surface.notice({ kind: 'gateQuestionOver', questionId: 'nobody' });
});

test('one that is over before its turn isn’t shown; an answer to one that is over is too late, and said so', async () => {
  const { surface, ask, answers, waiting } = setUp(false);
  ask('a');
  ask('b');
  surface.notice({ kind: 'gateQuestionOver', questionId: 'b' });
  surface.notice({ kind: 'gateQuestionOver', questionId: 'a' });
  assert.deepEqual(waiting.at(-1), []);
  await press('Allow Once');
  assert.equal(dialogs.length, 1);
  assert.deepEqual(answers, [{ id: 'a', choice: { kind: 'deny' } }]);
  assert.match(notes[0] ?? '', /was already told no/);
});

test('while a dialog that is over is still on the screen, what comes after it is told to be behind it, and not counted with it', async () => {
  const { ask, over, answers, waiting, behind } = setUp(false);
  ask('a');
  ask('b');
  assert.equal(behind.at(-1), false);
  over('a');
  assert.deepEqual([waiting.at(-1), behind.at(-1)], [['b'], true]);
  ask('c');
  assert.deepEqual([waiting.at(-1), behind.at(-1)], [['b', 'c'], true]);
  assert.equal(dialogs.length, 1, 'VS Code would put another dialog behind this one');
  await press('Allow Once');
  assert.deepEqual(answers, [{ id: 'a', choice: { kind: 'deny' } }]);
  assert.match(dialogs.at(-1)?.title ?? '', /^1 of 2: /);
  assert.deepEqual([waiting.at(-1), behind.at(-1)], [['b', 'c'], false]);
});

test('a box of a question that is over is withdrawn, and its dialog not shown again: the next one comes at once', async () => {
  for (const [kind, button] of [
    ['commit', 'Deny and Tell the Agent Why…'],
    ['one', 'Type Its Name to Allow…'],
    ['two', 'Copy the Request…'],
  ] as const) {
    [dialogs, notes] = [[], []];
    const { ask, over, answers, behind } = setUp(false);
    ask('a', kind);
    await press(button);
    ask('b', 'commit', { agent: 'gemini-cli' });
    assert.equal(dialogs.length, 1);
    over('a');
    await turn();
    assert.equal(dialogs.length, 2, kind);
    assert.match(dialogs.at(-1)?.title ?? '', /^Gemini/);
    assert.deepEqual([answers, behind.at(-1)], [[{ id: 'a', choice: { kind: 'deny' } }], false]);
    assert.deepEqual(notes.length, 1);
    assert.match(notes[0] ?? '', /was already told no: its deadline has passed, or .* has gone/);
  }
});

test('when the worker has ended nobody waits for any of its questions', async () => {
  const { ask, over, answers, waiting, behind } = setUp(false);
  ask('a');
  ask('b');
  over(undefined);
  assert.deepEqual([waiting.at(-1), behind.at(-1)], [[], true]);
  ask('of the next worker');
  await press('Deny');
  assert.deepEqual(answers, [{ id: 'a', choice: { kind: 'deny' } }]);
  await press('Allow Once');
  assert.equal(answers.at(-1)?.id, 'of the next worker');
});

test('an answer that doesn’t reach the gate is told', async () => {
  const { ask } = setUp(new Error('The worker ended.'));
  ask('a');
  await press('Allow Once');
  assert.match(notes[0] ?? '', /did not reach the gate, so the agent is told no: The worker ended\./);
});

test('one person types the very name; leaving the box goes back to the question', async () => {
  const { ask, answers } = setUp();
  typed = [undefined, 'shop-test'];
  ask('a', 'one');
  await press('Type Its Name to Allow…');
  assert.match(dialogs.at(-1)?.detail ?? '', /^Its name wasn’t typed, so nothing is allowed yet\./);
  await press('Type Its Name to Allow…');
  assert.deepEqual(answers, [{ id: 'a', choice: { kind: 'typed', text: 'shop-test' } }]);
  assert.match(boxes[0]?.validateInput?.('shop-tes') ?? '', /isn’t “shop-test” yet/);
  assert.equal(boxes[0]?.validateInput?.('shop-test'), undefined);
});

test('two people: the request goes to the clipboard, the signature comes from a box or from there', async () => {
  const { ask, answers } = setUp();
  typed = [ARMOUR.replaceAll('\n', ' ')];
  ask('a', 'two');
  await press('Copy the Request…');
  assert.equal(clipboard, 'This is a drill: nobody needs to sign it.\n');
  assert.deepEqual(answers.at(-1), { id: 'a', choice: { kind: 'signed', signature: ARMOUR } });
  assert.match(boxes[0]?.validateInput?.('-----BEGIN') ?? '', /no whole SSH signature yet/);

  clipboard = `Here: ${ARMOUR}`;
  ask('b', 'two');
  await press('Paste the Signature…');
  assert.deepEqual(answers.at(-1), { id: 'b', choice: { kind: 'signed', signature: ARMOUR } });

  clipboard = 'something else';
  typed = [undefined];
  ask('c', 'two');
  await press('Paste the Signature…');
  assert.match(dialogs.at(-1)?.detail ?? '', /^No signature came, so nothing is allowed yet\./);
  await press(undefined);
  assert.deepEqual(answers.at(-1), { id: 'c', choice: { kind: 'deny' } });
});

test('a long action is looked through part by part before it is answered', async () => {
  const { ask, answers } = setUp();
  ask('a', 'commit', { action: Array.from({ length: 40 }, (_, index) => `line ${index}`).join('\n') });
  for (const label of ['Show Part 1 of 3', 'Show Part 2 of 3', 'Show Part 3 of 3', 'Show Its Beginning and End'])
    await press(label);
  assert(dialogs.at(-1)?.buttons.includes('Show Part 1 of 3'));
  await press('Allow Once');
  assert.deepEqual(answers, [{ id: 'a', choice: { kind: 'once' } }]);
});

test('a dialog that can’t be shown is no', async () => {
  const shown = Reflect.get(window, 'showWarningMessage');
  try {
    Object.assign(window, { showWarningMessage: () => Promise.reject(new Error('no window')) });
    const { ask, answers } = setUp();
    ask('a');
    await turn();
    assert.deepEqual(answers, [{ id: 'a', choice: { kind: 'deny' } }]);
  } finally {
    Object.assign(window, { showWarningMessage: shown });
  }
});
