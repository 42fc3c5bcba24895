import '../../fakes/vscodeModule.ts';
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { EndedCheck } from '../../../src/app/outcomeKeeper.ts';
import { happened, ProcessExecution, ShellExecution, TaskGroup, Uri } from '../../fakes/vscode.ts';

const { followChecks } = await import('../../../src/editor/outcomes/checks.ts');
const FOLDER = '/code/app';

function setUp(context: TestContext) {
  const ended: EndedCheck[] = [];
  let now = 100;
  const following = followChecks({ now: () => now }, (check) => ended.push(check));
  context.after(() => following.dispose());
  return {
    ended,
    task(task: object, exitCode: number | undefined) {
      const execution = { task: { name: 'x', source: 'Workspace', definition: {}, isBackground: false, ...task } };
      now = 100;
      happened.taskStarted.fire({ execution });
      now = 900;
      happened.taskEnded.fire({ execution, exitCode });
    },
    command(value: string, exitCode: number | undefined, terminal: object = {}, confidence = 2) {
      const commandLine = { value, isTrusted: confidence > 1, confidence };
      const execution = { commandLine, cwd: Uri.file(FOLDER) };
      const shown = { name: 'bash', creationOptions: {}, ...terminal };
      happened.commandStarted.fire({ execution, terminal: shown });
      happened.commandEnded.fire({ execution, terminal: shown, exitCode });
    },
  };
}

test('tasks are told by their group, command, script or name, with their verdict', (context) => {
  const { ended, task } = setUp(context);
  task({ group: TaskGroup.Test, execution: new ShellExecution('./verify-all') }, 0);
  task({ execution: new ProcessExecution('cargo', ['test']) }, 1);
  task({ name: 'x', definition: { type: 'npm', script: 'test:unit' } }, 0);
  task({ name: 'compile', group: TaskGroup.Build }, 2);
  assert.deepEqual(
    ended.map(({ check, passed, command, startedAt, at, folder }) => [check, passed, command, startedAt, at, folder]),
    [
      ['test', true, './verify-all', 100, 900, FOLDER],
      ['test', false, 'cargo test', 100, 900, FOLDER],
      ['test', true, 'task Workspace x', 100, 900, FOLDER],
      ['build', false, 'task Workspace compile', 100, 900, FOLDER],
    ],
  );
});

test('a task that checks nothing, has no end or was stopped tells nothing', (context) => {
  const { ended, task } = setUp(context);
  task({ name: 'serve' }, 0);
  task({ group: TaskGroup.Test }, undefined);
  task({ group: TaskGroup.Test }, 130);
  task({ group: TaskGroup.Test, isBackground: true }, 0);
  assert.deepEqual(ended, []);
});

test('commands in terminals are told by what was typed; an agent’s own terminal is said to be one', (context) => {
  const { ended, command } = setUp(context);
  command('npm test', 0);
  command('npm test', 0, { name: 'Copilot' });
  command('npm test', 1, { creationOptions: { hideFromUser: true } });
  command('ls', 0);
  command('npm test', undefined);
  command('pytest -q', 5);
  command('npm test', 0, {}, 0);
  assert.deepEqual(
    ended.map(({ passed, ofAgent }) => [passed, ofAgent]),
    [
      [true, false],
      [true, true],
      [false, true],
    ],
  );
});
