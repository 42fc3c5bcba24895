import '../fakes/vscodeModule.ts';
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { SourceRow } from '../../src/ports.ts';
import { answer, ConfigurationTarget, configuration, installed, questions, written } from '../fakes/vscode.ts';

const { exactCopilotFigures } = await import('../../src/editor/exactCopilotFigures.ts');

const SETTING = 'github.copilot.chat.agentDebugLog.fileLogging.enabled';

const estimated: SourceRow[] = [
  { source: 'copilot-chat-session', agent: 'copilot', confidence: 'unknown', calls: 3, lastAt: 0 },
];

function setUp(metered = true) {
  const kept = new Map<string, unknown>();
  const memento = {
    get: (key: string) => kept.get(key),
    update: async (key: string, value: unknown) => void kept.set(key, value),
    keys: () => [...kept.keys()],
  };
  let changes = 0;
  const figures = exactCopilotFigures(memento as never, () => metered);
  figures.onDidChange(() => {
    changes += 1;
  });
  return { figures, changes: () => changes, again: () => exactCopilotFigures(memento as never, () => metered) };
}

beforeEach(() => {
  configuration.clear();
  configuration.set(SETTING, false);
  installed.clear();
  installed.add('GitHub.copilot-chat');
  written.length = 0;
  questions.length = 0;
  answer.next = undefined;
});

test('it is offered where Copilot’s figures are less than bills and the log is off, else not', () => {
  const { figures } = setUp();
  assert.match(figures.suggestion(estimated)?.sentence ?? '', /estimates/);
  assert.equal(figures.suggestion([]), undefined);
  assert.equal(figures.suggestion(estimated.map((row) => ({ ...row, confidence: 'billed' }))), undefined);
  assert.equal(figures.suggestion(estimated.map((row) => ({ ...row, source: 'copilot-store' }))), undefined);
  assert.equal(setUp(false).figures.suggestion(estimated), undefined, 'Copilot isn’t metered');
  configuration.set(SETTING, true);
  assert.equal(figures.suggestion(estimated), undefined, 'it is on');
  configuration.delete(SETTING);
  assert.equal(figures.suggestion(estimated), undefined, 'this Copilot has no such setting');
  configuration.set(SETTING, false);
  installed.clear();
  assert.equal(figures.suggestion(estimated), undefined, 'there is no Copilot');
});

test('a yes turns it on for the user, after the dialog has said what is stored and how to end it', async () => {
  const { figures, changes, again } = setUp();
  answer.next = 'Turn On';
  await figures.ask();
  assert.deepEqual(written, [[SETTING, true, ConfigurationTarget.Global]]);
  const [{ detail } = { detail: '' }] = questions;
  for (const word of [/your prompts/, /code of your files/, /on this disk/, /To end it/, /fileLogging\.enabled/]) {
    assert.match(detail, word);
  }
  assert.ok(changes() > 0);
  assert.equal(again().suggestion(estimated), undefined);
});

test('a dialog that is closed changes nothing, and is not offered again; the command still asks', async () => {
  const { figures, again } = setUp();
  await figures.ask();
  assert.deepEqual(written, []);
  assert.equal(again().suggestion(estimated), undefined);
  answer.next = 'Turn On';
  await again().ask();
  assert.equal(written.length, 1);
});

test('no, thanks: not offered again', async () => {
  const { figures, changes, again } = setUp();
  await figures.dismiss();
  assert.equal(changes(), 1);
  assert.equal(again().suggestion(estimated), undefined);
  assert.deepEqual([written, questions], [[], []]);
});

test('where it is on, the command turns it off on a yes alone', async () => {
  configuration.set(SETTING, true);
  const { figures } = setUp();
  await figures.ask();
  assert.deepEqual(written, []);
  answer.next = 'Turn Off';
  await figures.ask();
  assert.deepEqual(written, [[SETTING, false, ConfigurationTarget.Global]]);
});

test('without Copilot, or with one that has no such log, the command says so with a remedy', async () => {
  const { figures } = setUp();
  configuration.delete(SETTING);
  await assert.rejects(figures.ask(), /update it/);
  installed.clear();
  await assert.rejects(figures.ask(), /install it/);
  assert.deepEqual(questions, []);
});
