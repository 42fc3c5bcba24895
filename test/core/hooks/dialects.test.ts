import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { dialectOf } from '../../../src/core/hooks/dialects/index.ts';
import { replyDialectOf } from '../../../src/core/hooks/dialects/replies/index.ts';
import {
  GUARDED_AGENTS,
  type GuardedAgent,
  type HookAnswer,
  type HookDialect,
} from '../../../src/core/hooks/hookCall.ts';
import type { Action } from '../../../src/core/risk/action.ts';
import { fixturePath } from '../../contract/importer.ts';

function dialect(agent: GuardedAgent): HookDialect {
  const found = dialectOf(agent);
  assert.ok(found);
  return found;
}

const EVENTS: Readonly<Record<GuardedAgent, Readonly<Record<'prompt' | 'before' | 'after' | 'start', string>>>> = {
  copilot: { start: 'SessionStart', prompt: 'UserPromptSubmit', before: 'PreToolUse', after: 'PostToolUse' },
  'claude-code': { start: 'SessionStart', prompt: 'UserPromptSubmit', before: 'PreToolUse', after: 'PostToolUse' },
  codex: { start: 'SessionStart', prompt: 'UserPromptSubmit', before: 'PreToolUse', after: 'PostToolUse' },
  'gemini-cli': { start: 'SessionStart', prompt: 'BeforeAgent', before: 'BeforeTool', after: 'AfterTool' },
  cursor: { start: 'sessionStart', prompt: 'beforeSubmitPrompt', before: 'preToolUse', after: 'postToolUse' },
  cline: { start: 'TaskStart', prompt: 'UserPromptSubmit', before: 'PreToolUse', after: 'PostToolUse' },
};
const eventNames = fc.oneof(
  fc.constantFrom(...Object.values(EVENTS).flatMap((events) => Object.values(events))),
  fc.constantFrom('Stop', 'PermissionRequest', 'beforeShellExecution', 'SubagentStart', 'preToolUse', 'PreCompact'),
  fc.string({ maxLength: 12 }),
);
const agents = fc.constantFrom(...GUARDED_AGENTS);
const answers: fc.Arbitrary<HookAnswer> = fc.oneof(
  fc.record(
    { kind: fc.constant('pass' as const), note: fc.string(), context: fc.string() },
    { requiredKeys: ['kind'] },
  ),
  fc.record(
    { kind: fc.constant('allow' as const), reason: fc.string(), note: fc.string() },
    { requiredKeys: ['kind', 'reason'] },
  ),
  fc.record({ kind: fc.constant('ask' as const), reason: fc.string() }),
  fc.record(
    { kind: fc.constant('deny' as const), reason: fc.string(), stop: fc.boolean() },
    { requiredKeys: ['kind', 'reason'] },
  ),
);

/** What an agent makes of an answer's text: every value of every field with such a name, however deep. */
function said(stdout: string, ...names: readonly string[]): unknown[] {
  const found: unknown[] = [];
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (names.includes(name)) found.push(inner);
      look(inner);
    }
  };
  if (stdout !== '') look(JSON.parse(stdout));
  return found;
}
const DECISIONS = ['permissionDecision', 'permission', 'behavior', 'decision', 'cancel', 'continue'];
const isNo = (value: unknown) => ['deny', 'block'].includes(String(value));

function denies(agent: GuardedAgent, reply: { readonly stdout: string; readonly exitCode: number }): boolean {
  if (reply.exitCode === 2) return true;
  return (
    said(reply.stdout, 'permissionDecision', 'permission', 'behavior', 'decision').some(isNo) ||
    said(reply.stdout, 'continue').includes(false) ||
    (agent === 'cline' && said(reply.stdout, 'cancel').includes(true))
  );
}

test('reading never throws, and gives what was told or nothing', () => {
  fc.assert(
    fc.property(agents, eventNames, fc.oneof(fc.jsonValue(), fc.anything()), (agent, event, body) => {
      const call = dialect(agent).read(event, body);
      assert.ok(call === undefined || call.agent === agent);
    }),
    { numRuns: 2_000 },
  );
  fc.assert(
    fc.property(
      agents,
      fc.record(
        { tool_name: fc.string(), tool_input: fc.anything(), cwd: fc.anything(), toolCalls: fc.anything() },
        { requiredKeys: [] },
      ),
      (agent, body) => {
        dialect(agent).read(EVENTS[agent].before, body);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('a denial is a denial for every event, with a reason; whatever passes prints no yes', () => {
  fc.assert(
    fc.property(agents, eventNames, answers, (agent, event, answer) => {
      const reply = dialect(agent).reply(event, answer);
      if (reply.stdout !== '') JSON.parse(reply.stdout);
      if (answer.kind === 'deny') {
        assert.ok(denies(agent, reply), JSON.stringify(reply));
        assert.notEqual((reply.stdout + (reply.stderr ?? '')).trim(), '');
        for (const text of said(reply.stdout, 'permissionDecisionReason', 'reason', 'stopReason', 'errorMessage'))
          assert.notEqual(String(text).trim(), '');
      } else {
        assert.equal(reply.exitCode, 0);
        assert.ok(!denies(agent, reply), JSON.stringify(reply));
        if (answer.kind === 'pass')
          for (const value of said(reply.stdout, ...DECISIONS))
            assert.ok(value === false && agent === 'cline', String(value));
      }
    }),
    { numRuns: 5_000 },
  );
});

test('Codex is never told what makes its hooks fail', () => {
  fc.assert(
    fc.property(answers, (answer) => {
      const { stdout } = dialect('codex').reply('PreToolUse', answer);
      for (const value of said(stdout, 'permissionDecision')) assert.equal(value, 'deny');
      assert.deepEqual(said(stdout, 'continue', 'stopReason', 'suppressOutput', 'interrupt'), []);
    }),
  );
});

test('what the hook’s process has of a dialect is what the dialect says', () => {
  for (const agent of GUARDED_AGENTS) {
    const [light, full] = [replyDialectOf(agent), dialect(agent)];
    for (const event of [...Object.values(EVENTS[agent]), 'Nothing', 'preSomething'])
      assert.equal(light?.decides(event), full.decides(event));
    assert.equal(full.decides(EVENTS[agent].before), true);
    for (const moment of ['start', 'prompt', 'after'] as const)
      assert.equal(full.decides(EVENTS[agent][moment]), false);
    assert.equal(full.decides('preSomethingNew'), true, 'an event that nobody told of is taken for one that decides');
  }
  assert.equal(dialectOf('toString'), undefined);
  assert.equal(dialectOf('nobody'), undefined);
});

test('asking is only left to an agent that does ask', () => {
  assert.deepEqual(
    ['default', 'acceptEdits', 'plan', 'bypassPermissions', 'auto', 'dontAsk', undefined].map((mode) =>
      dialect('claude-code').asks(mode),
    ),
    [true, true, true, false, false, false, false],
  );
  for (const agent of ['codex', 'copilot', 'gemini-cli', 'cursor', 'cline'] as const)
    assert.equal(dialect(agent).asks('default'), false);
});

/** A recorded body, and the event that it came with. */
function recorded(
  folder: string,
): readonly { readonly name: string; readonly event: string; readonly body: unknown }[] {
  const path = fixturePath(`hooks/${folder}`);
  return readdirSync(path).map((name) => ({
    name,
    event: name.split('.')[0] ?? '',
    body: JSON.parse(readFileSync(join(path, name), 'utf8')) as unknown,
  }));
}

test('every body that an agent really sent is read, with its session and folder', () => {
  for (const folder of ['claude-code', 'codex', 'gemini-cli', 'copilot', 'copilot-camel', 'cline']) {
    const agent = folder === 'copilot-camel' ? 'copilot' : (folder as GuardedAgent);
    const all = recorded(folder);
    assert.ok(all.length > 10, folder);
    const sessions = new Set<string | undefined>();
    for (const { name, event, body } of all) {
      const call = dialect(agent).read(event, body);
      assert.ok(call, `${folder}/${name}`);
      assert.equal(call.cwd, '/home/dev/work', name);
      if (folder !== 'copilot-camel') assert.equal(call.subagentId !== undefined, name.includes('.sub.'), name);
      sessions.add(call.sessionId);
      if (/^(?:pre|before)Tool/i.test(event)) assert.equal(call.moment.kind, 'beforeTool', name);
      if (/^(?:post|after)Tool/i.test(event)) assert.equal(call.moment.kind, 'afterTool', name);
      // What an agent asks of its sub-agent is no prompt of the developer's.
      if (call.moment.kind === 'prompt') assert.equal(call.subagentId, undefined);
    }
    if (folder !== 'copilot-camel') assert.equal(sessions.size, 1, `${folder}: a sub-agent is of its parent’s session`);
  }
});

const CWD = '/home/dev/work';
const shell = (command: string): Action => ({ kind: 'shell', command, cwd: CWD });
const note: Action = { kind: 'tool', server: 'notes', name: 'add_note', input: { text: 't' }, cwd: CWD };

function actions(agent: GuardedAgent, file: string, event = file.split(/[/.]/)[1] ?? ''): readonly Action[] {
  const call = dialect(agent).read(event, JSON.parse(readFileSync(fixturePath(`hooks/${file}`), 'utf8')));
  return call?.moment.kind === 'beforeTool' || call?.moment.kind === 'afterTool' ? call.moment.actions : [];
}

test('what agents are about to do is read as the commands, edits and tools that it is', () => {
  for (const [agent, file] of [
    ['claude-code', 'claude-code/PreToolUse.Bash.json'],
    ['copilot', 'copilot/PreToolUse.Bash.json'],
    ['copilot', 'copilot-camel/preToolUse.bash.json'],
    ['gemini-cli', 'gemini-cli/BeforeTool.run_shell_command.json'],
    ['cline', 'cline/PreToolUse.run_commands.json'],
  ] as const)
    assert.deepEqual(actions(agent, file), [shell('rm -rf sub')], file);
  assert.deepEqual(actions('codex', 'codex/PreToolUse.Bash.json'), [shell('rm -r sub')]);
  assert.deepEqual(actions('codex', 'codex/PreToolUse.apply_patch.json'), [
    { kind: 'edit', path: 'n.txt', cwd: CWD, after: 'hello' },
  ]);
  for (const [agent, file] of [
    ['claude-code', 'claude-code/PreToolUse.mcp__notes__add_note.json'],
    ['codex', 'codex/PreToolUse.mcp__notes__add_note.json'],
    ['copilot', 'copilot/PreToolUse.notes-add_note.json'],
    ['copilot', 'copilot/PermissionRequest.notes-add_note.json'],
    ['gemini-cli', 'gemini-cli/BeforeTool.mcp_notes_add_note.json'],
  ] as const)
    assert.deepEqual(actions(agent, file), [note], file);
  for (const [agent, file] of [
    ['claude-code', 'claude-code/PreToolUse.Edit.json'],
    ['copilot', 'copilot/PreToolUse.Edit.json'],
    ['gemini-cli', 'gemini-cli/BeforeTool.replace.json'],
    ['cline', 'cline/PreToolUse.editor.json'],
  ] as const) {
    const [edit] = actions(agent, file);
    assert.ok(edit?.kind === 'edit', file);
    assert.deepEqual([edit.path.endsWith('a.ts'), edit.before, edit.after], [true, '1', '2'], file);
  }
  assert.deepEqual(actions('codex', 'codex/PreToolUse.multi_agent_v1wait_agent.json')[0]?.kind, 'tool');
});

test('a batch is all of its actions, and a batch that isn’t understood is none that could pass', () => {
  const read = (toolCalls: unknown) => dialect('copilot').read('preToolUse', { sessionId: 's', cwd: CWD, toolCalls });
  const call = read([
    { name: 'view', args: { path: 'a.ts' } },
    { name: 'bash', args: '{"command":"rm -rf sub"}' },
  ]);
  assert.ok(call?.moment.kind === 'beforeTool');
  assert.deepEqual(call.moment.actions[1], shell('rm -rf sub'));
  assert.equal(call.moment.actions.length, 2);
  assert.equal(read([{ name: 'view' }, { args: {} }]), undefined);
  assert.equal(read([]), undefined);
});

test('PowerShell is told as such, and a program that watches runs a command', () => {
  const read = (tool_name: string, tool_input: object) => {
    const call = dialect('claude-code').read('PreToolUse', { cwd: CWD, tool_name, tool_input });
    return call?.moment.kind === 'beforeTool' ? call.moment.actions : [];
  };
  assert.deepEqual(read('PowerShell', { command: 'Remove-Item x' }), [
    { ...shell('Remove-Item x'), shell: 'powershell' },
  ]);
  assert.deepEqual(read('Monitor', { description: 'x', command: 'rm -rf sub' }), [shell('rm -rf sub')]);
});

test('servers whose names have marks in them keep their tools’ verbs', () => {
  const read = (tool_name: string) => {
    const call = dialect('copilot').read('PreToolUse', { cwd: CWD, tool_name, tool_input: {} });
    const action = call?.moment.kind === 'beforeTool' ? call.moment.actions[0] : undefined;
    return action?.kind === 'tool' ? [action.server, action.name] : undefined;
  };
  assert.deepEqual(read('github-mcp-server-delete_file'), ['github-mcp-server', 'delete_file']);
  assert.deepEqual(read('notion-delete-page'), ['notion', 'delete-page']);
  assert.deepEqual(read('mcp_github_delete_repo'), ['github', 'delete_repo']);
  assert.deepEqual(read('web-search'), ['web', 'search'], 'no tool of Copilot’s own by another name');
});

test('Cursor, by its documents: a shell command and an MCP tool are decided by their own events', () => {
  const read = (event: string, body: object) =>
    dialect('cursor').read(event, { conversation_id: 'c', workspace_roots: [CWD], ...body })?.moment;
  const of = (moment: ReturnType<typeof read>) => (moment?.kind === 'beforeTool' ? moment.actions : moment?.kind);
  assert.deepEqual(of(read('beforeShellExecution', { command: 'rm -rf sub', cwd: CWD })), [shell('rm -rf sub')]);
  assert.deepEqual(of(read('preToolUse', { tool_name: 'Shell', tool_input: { command: 'rm -rf sub' } })), 'other');
  assert.deepEqual(
    of(read('beforeMCPExecution', { tool_name: 'add_note', tool_input: '{"text":"t"}', command: 'x' })),
    [{ ...note, server: 'MCP' }],
  );
  assert.deepEqual(of(read('preToolUse', { tool_name: 'Write', tool_input: { file_path: 'a.ts', content: 'x' } })), [
    { kind: 'edit', path: 'a.ts', cwd: CWD, after: 'x' },
  ]);
  assert.equal(read('preToolUse', { tool_input: {} }), undefined);
});

test('a tool’s result is told with whether it failed', () => {
  const read = (agent: GuardedAgent, file: string) => {
    const event = file.split(/[/.]/)[1] ?? '';
    const call = dialect(agent).read(event, JSON.parse(readFileSync(fixturePath(`hooks/${file}`), 'utf8')));
    return call?.moment.kind === 'afterTool' ? [call.moment.result.includes('export const x'), call.moment.failed] : [];
  };
  assert.deepEqual(read('claude-code', 'claude-code/PostToolUse.Read.json'), [true, undefined]);
  assert.deepEqual(read('copilot', 'copilot/PostToolUse.Read.json'), [true, undefined]);
  assert.deepEqual(read('gemini-cli', 'gemini-cli/AfterTool.read_file.json'), [true, undefined]);
  assert.deepEqual(read('cline', 'cline/PostToolUse.read_files.json'), [true, undefined]);
  assert.deepEqual(read('claude-code', 'claude-code/PostToolUseFailure.Bash.json'), [false, true]);
});
