import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addStep, newRun, runFeatures, withTask } from '../../../src/core/quality/runFeatures.ts';
import { runMessages } from '../../../src/core/quality/runMessages.ts';
import { runShellAction } from '../../../src/core/quality/runShellAction.ts';
import { textKey } from '../../../src/core/quality/runStep.ts';

const call = (command: string) => ({
  role: 'assistant',
  content: `THOUGHT: so.\n\n\`\`\`bash\n${command}\n\`\`\``,
  usage: { promptTokens: 1000, cachedTokens: 800, completionTokens: 60, reasoningTokens: 20, credits: 0.5 },
});
const result = (code: number, chars: number) => ({ role: 'user', content: `<returncode>${code}</returncode>`, chars });

test('messages become steps, and steps features', () => {
  const reader = runMessages();
  let run = newRun('model');
  const take = () => {
    const step = reader.take();
    if (step) run = addStep(run, step);
  };
  run = withTask(run, reader.add({ role: 'user', content: 'Mend it.', chars: 4321 })?.taskChars ?? 0);
  for (const [command, code] of [
    ['grep -rn "def area" src', 0],
    ["cat <<'EOF' > src/area.py\nprint(1)\nEOF", 0],
    ['python -m pytest tests', 1],
    ["sed -i 's/1/2/' src/area.py", 0],
    ['python -m pytest tests', 0],
    ['sed -i "s/2/3/" src/area.py', 0],
  ] as const) {
    take();
    reader.add(call(command));
    reader.add(result(code, 100));
  }
  take();
  assert.equal(reader.take(), undefined);
  const features = runFeatures(run, 1100);
  assert.equal(features.step, 7);
  assert.equal(features.taskChars, 4321);
  assert.equal(features.credits, 3);
  assert.equal(features.filesChanged, 1);
  assert.equal(features.edits, 3);
  assert.equal(features.editsSinceTest, 1);
  assert.equal(features.stepsSinceEdit, 0);
  assert.equal(features.firstEditStep, 2);
  assert.equal(features.testsRun, 2);
  assert.equal(features.lastTestFailed, false);
  assert.equal(features.repeatedShare, 1 / 6);
  assert.equal(features.failingShare, 1 / 6);
  assert.deepEqual([run.lastInput, run.lastCached, run.lastVisible, run.appendedChars], [1000, 800, 40, 100]);
});

test('an answer with several commands is one that the agent refused', () => {
  const reader = runMessages();
  reader.add({ ...call('ls'), content: '```bash\nls\n```\n```bash\npwd\n```' });
  reader.add({ role: 'user', content: 'Please always provide EXACTLY ONE action' });
  const step = reader.take();
  assert.deepEqual([step?.fault, step?.actions[0]?.kind], [true, 'none']);
});

test('what nobody told stays unknown', () => {
  const reader = runMessages();
  reader.add({ role: 'assistant', content: 'Done.', usage: { promptTokens: -4, credits: 'many' } });
  const step = reader.take();
  assert.deepEqual([step?.usage, step?.credits, step?.fault], [{}, undefined, false]);
  assert.ok(step);
  const features = runFeatures(addStep(newRun(), step), undefined);
  assert.deepEqual(
    [features.credits, features.failingShare, features.edits, features.lastTestFailed],
    [undefined, undefined, undefined, undefined],
  );
});

test('a shell command by what it did', () => {
  const kinds = Object.entries({
    'nl -ba src/a.py | sed -n 1,20p': 'read',
    'cd src && grep -n x a.py': 'search',
    "sed -i 's/a/b/' src/a.py": 'edit',
    'git apply fix.patch': 'edit',
    'python3 tests/runtests.py migrations': 'test',
    'npm run test': 'test',
    'python reproduce.py 2>&1': 'run',
    'ls missing 2>/dev/null': 'search',
    "cat <<'EOF' > a.py\npytest\nEOF": 'create',
    '': 'none',
  });
  for (const [command, kind] of kinds) assert.equal(runShellAction(command, undefined).kind, kind, command);
  assert.deepEqual(runShellAction("sed -i 's/a/b/' src/a.py", false).files, [textKey('src/a.py')]);
  assert.deepEqual(runShellAction('echo 1 > out/b.txt', false).files, [textKey('out/b.txt')]);
});
