import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Action, ToolAction, ToolAnnotations } from '../../../src/core/risk/action.ts';
import { agentTool } from '../../../src/core/risk/agentTools.ts';
import { classifyEdit } from '../../../src/core/risk/edit.ts';
import { type FactAnswer, factKey, NO_FACTS } from '../../../src/core/risk/facts.ts';
import { type ClassifyOther, classifyTool } from '../../../src/core/risk/tool.ts';
import { namedVerb, namesProduction } from '../../../src/core/risk/toolWords.ts';
import { verdictOf } from '../../../src/core/risk/verdictOf.ts';

/** Remembers the shell commands that it is asked about; those with `rm` or `drop` are irreversible. */
function shellDouble() {
  const commands: string[] = [];
  const other: ClassifyOther = (action, facts) => {
    if (action.kind === 'edit') return classifyEdit(action, facts);
    commands.push(action.command);
    const bad = /\brm\b|drop/i.test(action.command);
    const part = {
      text: action.command,
      class: bad ? 'irreversible' : 'read',
      ask: bad,
      targets: [],
      reason: 'a double’s',
    } as const;
    return { verdict: verdictOf([part]), needs: [] };
  };
  return { commands, other };
}

function call(name: string, input: unknown = {}, more: Partial<ToolAction> = {}): ToolAction {
  return { kind: 'tool', name, input, ...more };
}
function judged(action: ToolAction, trusted: readonly string[] = []) {
  const { other, commands } = shellDouble();
  const facts = new Map<string, FactAnswer>(
    trusted.map((name) => [factKey({ kind: 'program', name }), { kind: 'program', known: true }]),
  );
  const { verdict, needs } = classifyTool(action, facts, other);
  return { ...verdict, needs, commands };
}
const classOf = (name: string, input: unknown = {}, more: Partial<ToolAction> = {}) =>
  judged(call(name, input, more)).class;
const mcp = (name: string, input: unknown = {}, annotations?: ToolAnnotations) =>
  classOf(name, input, { server: 'some-server', ...(annotations && { annotations }) });

describe('an agent’s own tools', () => {
  const actionsOf = (name: string, input: unknown): readonly Action[] | undefined => {
    const meaning = agentTool({ kind: 'tool', name, input, cwd: '/w' });
    return meaning?.kind === 'actions' ? meaning.actions : undefined;
  };

  for (const [agent, name, input] of [
    ['Claude Code', 'Bash', { command: 'git status', description: 'x' }],
    ['Codex', 'shell', { command: ['git', 'status'] }],
    ['Codex', 'exec_command', { cmd: 'git status' }],
    ['Gemini CLI', 'run_shell_command', { command: 'git status' }],
    ['Copilot CLI', 'bash', { command: 'git status', sessionId: 'a' }],
    ['VS Code', 'run_in_terminal', { command: 'git status', isBackground: false }],
    ['VS Code', 'copilot_runInTerminal', { command: 'git status' }],
    ['VS Code', 'runInTerminal', { command: 'git status' }],
    ['Cursor', 'run_terminal_cmd', { command: 'git status' }],
    ['Cline', 'execute_command', { command: 'git status', requires_approval: false }],
    ['Continue', 'builtin_run_terminal_command', { command: 'git status' }],
    ['Codex', 'write_stdin', { session_id: 1, chars: 'git status\n' }],
  ] as const) {
    it(`runs a command: ${agent}’s ${name}`, () => {
      assert.deepEqual(actionsOf(name, input), [{ kind: 'shell', command: 'git status', cwd: '/w' }]);
    });
  }

  it('runs a command in its own folder and shell', () => {
    assert.deepEqual(actionsOf('shell', { command: ['bash', '-lc', 'rm -rf "a b"'], workdir: '/x' }), [
      { kind: 'shell', command: 'bash -lc \'rm -rf "a b"\'', cwd: '/x' },
    ]);
    assert.deepEqual(actionsOf('powershell', { command: 'Remove-Item a' }), [
      { kind: 'shell', command: 'Remove-Item a', cwd: '/w', shell: 'powershell' },
    ]);
  });

  for (const [agent, name, input] of [
    ['Claude Code', 'Edit', { file_path: 'a.ts', old_string: 'x', new_string: 'y' }],
    ['Gemini CLI', 'replace', { file_path: 'a.ts', old_string: 'x', new_string: 'y' }],
    ['Copilot CLI', 'edit', { path: 'a.ts', old_str: 'x', new_str: 'y' }],
    ['Copilot CLI', 'str_replace_editor', { command: 'str_replace', path: 'a.ts', old_str: 'x', new_str: 'y' }],
    ['VS Code', 'replace_string_in_file', { filePath: 'a.ts', oldString: 'x', newString: 'y' }],
    [
      'VS Code',
      'multi_replace_string_in_file',
      { replacements: [{ filePath: 'a.ts', oldString: 'x', newString: 'y' }] },
    ],
    ['Claude Code', 'MultiEdit', { file_path: 'a.ts', edits: [{ old_string: 'x', new_string: 'y' }] }],
    ['OpenCode', 'edit', { filePath: 'a.ts', oldString: 'x', newString: 'y' }],
    ['Codex', 'apply_patch', { input: '*** Begin Patch\n*** Update File: a.ts\n@@\n-x\n+y\n*** End Patch' }],
    ['Codex', 'apply_patch', '*** Begin Patch\n*** Update File: a.ts\n@@\n-x\n+y\n*** End Patch'],
    [
      'Codex',
      'apply_patch',
      { command: ['apply_patch', '*** Begin Patch\n*** Update File: a.ts\n-x\n+y\n*** End Patch'] },
    ],
    [
      'Roo',
      'apply_diff',
      { path: 'a.ts', diff: '<<<<<<< SEARCH\n:start_line:1\n-------\nx\n=======\ny\n>>>>>>> REPLACE' },
    ],
  ] as const) {
    it(`edits a part: ${agent}’s ${name}`, () => {
      const [action, ...rest] = actionsOf(name, input) ?? [];
      assert.deepEqual(rest, []);
      assert.ok(action?.kind === 'edit');
      assert.deepEqual([action.path, action.before?.trim(), action.after?.trim()], ['a.ts', 'x', 'y']);
    });
  }

  for (const [agent, name, input] of [
    ['Claude Code', 'Write', { file_path: 'a.ts', content: 'y' }],
    ['Gemini CLI', 'write_file', { file_path: 'a.ts', content: 'y' }],
    ['Copilot CLI', 'create', { path: 'a.ts', file_text: 'y' }],
    ['VS Code', 'create_file', { filePath: 'a.ts', content: 'y' }],
    ['Cline', 'write_to_file', { path: 'a.ts', content: 'y' }],
    ['MCP filesystem', 'write_file', { path: 'a.ts', content: 'y' }],
    ['Codex', 'apply_patch', { patch: '*** Begin Patch\n*** Add File: a.ts\n+y\n*** End Patch' }],
  ] as const) {
    it(`writes a whole file: ${agent}’s ${name}`, () => {
      assert.deepEqual(actionsOf(name, input), [{ kind: 'edit', path: 'a.ts', cwd: '/w', after: 'y' }]);
    });
  }

  it('deletes and moves as the shell would', () => {
    assert.deepEqual(actionsOf('delete_file', { target_file: "it's.txt" }), [
      { kind: 'shell', command: `rm -- 'it'\\''s.txt'`, cwd: '/w' },
    ]);
    assert.deepEqual(actionsOf('move_file', { source: 'a', destination: 'b' }), [
      { kind: 'shell', command: 'mv -- a b', cwd: '/w' },
    ]);
  });

  it('reads without being asked about', () => {
    for (const name of [
      'Read',
      'Grep',
      'Glob',
      'LS',
      'WebFetch',
      'read_file',
      'list_dir',
      'grep_search',
      'view',
      'TodoWrite',
      'get_terminal_output',
      'search_file_content',
      'update_plan',
      'copilot_readFile',
    ])
      assert.equal(classOf(name, { path: 'a' }), 'read', name);
  });

  it('calls several at once', () => {
    const verdict = judged(
      call('multi_tool_use.parallel', {
        tool_uses: [
          { recipient_name: 'functions.read_file', parameters: { path: 'a' } },
          { recipient_name: 'functions.shell', parameters: { command: ['rm', '-rf', '/'] } },
        ],
      }),
    );
    assert.equal(verdict.class, 'irreversible');
    assert.equal(verdict.parts.length, 2);
  });

  it('that don’t tell what they change can’t be undone', () => {
    for (const [name, input] of [
      ['apply_patch', { input: 'nonsense' }],
      ['Write', {}],
      ['Bash', {}],
    ] as const)
      assert.equal(classOf(name, input), 'irreversible', name);
  });
});

describe('a server’s tools', () => {
  it('by their names', () => {
    for (const name of [
      'get_issue',
      'listUsers',
      'search-code',
      'API-get-block-children',
      'browser_snapshot',
      'list_deleted_items',
      'pull_request_read',
    ])
      assert.equal(mcp(name), 'read', name);
    for (const name of [
      'create_issue',
      'updatePage',
      'add_comment',
      'push_files',
      'browser_click',
      'find_or_create_user',
      'create_draft_email',
    ])
      assert.equal(mcp(name), 'commit', name);
    for (const name of ['delete_repository', 'dropTable', 'purge-cache', 'remove_member', 'find_and_delete'])
      assert.equal(mcp(name), 'irreversible', name);
    for (const name of [
      'deploy_site',
      'sendEmail',
      'create_payment',
      'publish-package',
      'send_message',
      'create_refund',
      'rollout',
      'create_release',
      'merge_pull_request',
      'run_workflow',
    ])
      assert.equal(mcp(name), 'deploy', name);
  });

  it('by the operation that their input names', () => {
    assert.equal(mcp('issue', { action: 'delete' }), 'irreversible');
    assert.equal(mcp('manage_instance', { operation: 'list' }), 'read');
    assert.equal(mcp('delete_thing', { action: 'get' }), 'irreversible');
    assert.equal(mcp('make_api_request', { method: 'create', service: 'payments' }), 'deploy');
    assert.equal(mcp('aggregate', { pipeline: [{ $match: {} }] }), 'read');
    assert.equal(mcp('aggregate', { pipeline: [{ $match: {} }, { $out: 'orders' }] }), 'irreversible');
    assert.equal(mcp('exec_in_pod', { command: ['rm', '-rf', '/data'] }), 'irreversible');
  });

  it('an unknown one is asked about once', () => {
    const verdict = judged(call('frobnicate', {}, { server: 'acme' }));
    assert.deepEqual(
      [verdict.class, verdict.ask, verdict.parts[0]?.unknownProgram],
      ['commit', true, 'acme/frobnicate'],
    );
    assert.deepEqual(verdict.needs, [{ kind: 'program', name: 'acme/frobnicate' }]);
    assert.equal(judged(call('frobnicate', {}, { server: 'acme' }), ['acme/frobnicate']).ask, false);
  });

  it('hints make it stricter at once, and milder only where the server is trusted', () => {
    assert.equal(mcp('frobnicate', {}, { destructiveHint: true }), 'irreversible');
    assert.equal(mcp('frobnicate', {}, { readOnlyHint: false }), 'irreversible');
    assert.equal(mcp('frobnicate', {}, { readOnlyHint: false, destructiveHint: false }), 'commit');
    assert.equal(mcp('update_page', {}, { destructiveHint: true }), 'irreversible');
    assert.equal(mcp('get_report', {}, { readOnlyHint: false }), 'commit');
    const reading = call('frobnicate', {}, { server: 'acme', annotations: { readOnlyHint: true } });
    assert.equal(judged(reading).class, 'commit');
    assert.equal(judged(reading, ['mcp:acme']).class, 'read');
    const lying = call(
      'delete_all',
      {},
      { server: 'acme', annotations: { readOnlyHint: true, destructiveHint: false } },
    );
    assert.equal(judged(lying, ['mcp:acme']).class, 'irreversible');
  });

  it('by the shell or SQL in their input', () => {
    const sql = judged(call('execute_sql', { sql: 'DROP TABLE users' }, { server: 'postgres' }));
    assert.deepEqual([sql.class, sql.commands], ['irreversible', ["psql -c 'DROP TABLE users'"]]);
    const read = judged(call('query', { sql: 'select 1' }, { server: 'postgres' }));
    assert.equal(read.class, 'read');
    const shell = judged(call('run_command', { command: 'rm -rf x' }, { server: 'desktop' }));
    assert.deepEqual([shell.class, shell.commands], ['irreversible', ['rm -rf x']]);
    assert.deepEqual(judged(call('kubectl', { args: ['get', 'pods'] }, { server: 'k8s' })).commands, [
      "kubectl 'get' 'pods'",
    ]);
    assert.deepEqual(judged(call('call_aws', { cli_command: 'aws s3 ls' }, { server: 'aws' })).commands, ['aws s3 ls']);
    assert.deepEqual(judged(call('run_python', { code: 'print(1)' }, { server: 'py' })).commands, [
      "python3 -c 'print(1)'",
    ]);
  });

  it('by the method of a request', () => {
    const request = (method: string) => mcp('http_request', { url: 'https://x.test/a', method });
    assert.deepEqual([request('GET'), request('POST'), request('DELETE')], ['read', 'commit', 'irreversible']);
  });

  it('as the edits that they are, where the files are this machine’s', () => {
    assert.equal(
      classOf('write_file', { path: '/home/me/.bashrc', content: 'x' }, { server: 'filesystem' }),
      'irreversible',
    );
    assert.equal(
      classOf('edit_file', { path: 'CLAUDE.md', edits: [{ oldText: 'a', newText: 'b' }] }, { server: 'filesystem' }),
      'commit',
    );
    assert.equal(classOf('delete_file', { owner: 'o', repo: 'r', path: 'a' }, { server: 'github' }), 'irreversible');
  });

  it('on production are for two people', () => {
    assert.equal(mcp('update_service', { environment: 'production' }), 'deploy');
    assert.equal(mcp('get_service', { environment: 'production' }), 'read');
    assert.equal(namesProduction({ a: { cluster: 'eu-prod-1' } }), 'eu-prod-1');
    assert.equal(namesProduction({ title: 'Reproduction of a product bug' }), undefined);
  });

  it('named by an agent, or called through another tool', () => {
    assert.equal(classOf('mcp__github__delete_repository', { repo: 'x' }), 'irreversible');
    assert.equal(
      classOf('use_mcp_tool', { server_name: 'github', tool_name: 'delete_repository', arguments: '{"repo":"x"}' }),
      'irreversible',
    );
    assert.equal(classOf('use_mcp_tool', { server_name: 'github', tool_name: 'get_issue', arguments: '{}' }), 'read');
    assert.equal(classOf('call_tool', { name: 'send_email', arguments: {} }, { server: 'proxy' }), 'deploy');
  });

  it('tells what is called and on what', () => {
    const verdict = judged(call('delete_repository', { owner: 'me', repo: 'site' }, { server: 'github' }));
    assert.equal(verdict.reason, 'calls delete_repository through github (delete me, site)');
    assert.deepEqual(verdict.targets, ['me', 'site']);
  });
});

describe('any tool call', () => {
  it('is judged without a crash', () => {
    const { other } = shellDouble();
    fc.assert(
      fc.property(fc.string(), fc.option(fc.string(), { nil: undefined }), fc.anything(), (name, server, input) => {
        const { verdict } = classifyTool(call(name, input, server === undefined ? {} : { server }), NO_FACTS, other);
        assert.ok(verdict.reason.length > 0);
      }),
    );
    const verbs = [
      'Bash',
      'Edit',
      'apply_patch',
      'multi_tool_use.parallel',
      'use_mcp_tool',
      'http_request',
      'execute_sql',
      'MultiEdit',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...verbs),
        fc.object({
          key: fc.constantFrom(
            'command',
            'path',
            'edits',
            'tool_uses',
            'sql',
            'name',
            'arguments',
            'diff',
            'method',
            'url',
          ),
        }),
        (name, input) => {
          assert.ok(classifyTool(call(name, input), NO_FACTS, other).verdict.parts.length >= 0);
        },
      ),
    );
  });
  it('is never milder for a destructive hint, and never below its name for a reading one', () => {
    const name = fc.constantFrom('delete_x', 'send_mail', 'create_x', 'get_x', 'frobnicate');
    const order = ['read', 'draft', 'commit', 'irreversible', 'deploy'];
    fc.assert(
      fc.property(name, fc.boolean(), (each, trusted) => {
        const trust = trusted ? ['mcp:s'] : [];
        const plain = order.indexOf(judged(call(each, {}, { server: 's' }), trust).class);
        const hinted = (annotations: ToolAnnotations) =>
          order.indexOf(judged(call(each, {}, { server: 's', annotations }), trust).class);
        assert.ok(hinted({ destructiveHint: true }) >= plain);
        if (plain >= 3) assert.ok(hinted({ readOnlyHint: true }) >= plain);
      }),
    );
  });
  it('names are read word by word', () => {
    assert.deepEqual(namedVerb('deleteUser'), { verb: 'delete', class: 'irreversible' });
    assert.equal(namedVerb('undelete'), undefined);
    assert.equal(namedVerb('address'), undefined);
  });
});
