import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import {
  clineSessionImporter,
  clineTaskImporter,
  kiloCodeImporter,
  rooCodeImporter,
} from '../../src/importers/cline/index.ts';
import type { DocumentImporter, ImportEnvironment } from '../../src/ports.ts';
import { documentImporterContract, fixturePath, readDocument, usages } from '../contract/importer.ts';

interface Message {
  readonly say?: string;
  readonly text?: string;
  readonly content?: unknown;
  readonly task?: string;
}

/** Texts of messages; of those that are JSON, what holds text in it. */
function texts(document: unknown): readonly unknown[] {
  const { messages, prompt, system_prompt: system } = document as Record<string, unknown>;
  const list = (Array.isArray(document) ? document : Array.isArray(messages) ? messages : []) as readonly Message[];
  return [
    ...list.flatMap(({ text = '', content, task }) => {
      if (!text.startsWith('{')) return [text, content, task];
      const { request, path, content: inner, streamingFailedMessage } = JSON.parse(text);
      return [request, path, inner, streamingFailedMessage, content, task];
    }),
    prompt,
    system,
  ];
}

const STORAGE = 'cline/globalStorage';

documentImporterContract(clineTaskImporter, [
  {
    file: `${STORAGE}/saoudrizwan.claude-dev/tasks/1764000000000/ui_messages.json`,
    content: texts,
    expect(calls) {
      assert.deepEqual(usages(calls), [
        { fresh: 12, cacheRead: 0, cacheWrite: 9_000, text: 340 },
        { fresh: 20, cacheRead: 9_000, cacheWrite: 400, text: 55 },
        // A server that speaks OpenAI's protocol: 3,100 with the cached ones.
        { fresh: 1_052, cacheRead: 2_048, cacheWrite: 0, text: 80 },
        // Stopped: its zeros are no counts. The last one goes on.
        undefined,
        { fresh: 500, cacheRead: 0, cacheWrite: 0, text: 70 },
      ]);
      assert.deepEqual(
        calls.map(({ facts, tools, finish }) => [facts.model, facts.provider, facts.subagentId, tools, finish]),
        [
          ['claude-sonnet-4-5', 'anthropic', undefined, ['readFile'], undefined],
          ['claude-sonnet-4-5', 'anthropic', undefined, ['execute_command'], undefined],
          ['gpt-scripted', undefined, undefined, undefined, undefined],
          ['claude-sonnet-4-5', 'anthropic', undefined, undefined, 'cancelled'],
          ['gpt-scripted', undefined, 'subagents', undefined, undefined],
        ],
      );
      const runs = calls.map(({ facts }) => facts.runId);
      assert.equal(new Set(runs).size, 2, 'the task, and the feedback');
      assert.equal(runs[0], runs[1]);
      for (const { facts, billedNanoCredits } of calls) {
        assert.equal(facts.folder, '/home/dev/shop');
        assert.equal(facts.sessionId, '1764000000000');
        assert.equal(billedNanoCredits, undefined);
      }
    },
  },
]);

documentImporterContract(rooCodeImporter, [
  {
    file: `${STORAGE}/rooveterinaryinc.roo-cline/tasks/0199f3a2-6f3c-7000-8000-00000000000a/ui_messages.json`,
    content: texts,
    facts: ['claude-sonnet-4-5', '/home/dev/garden', 'fake-model'],
    expect(calls) {
      assert.deepEqual(usages(calls), [
        { fresh: 10, cacheRead: 0, cacheWrite: 9_000, text: 120 },
        { fresh: 20, cacheRead: 9_000, cacheWrite: 480, text: 30 },
        { fresh: 952, cacheRead: 2_048, cacheWrite: 0, text: 7 },
        undefined,
      ]);
      assert.deepEqual(
        calls.map(({ facts, kind }) => [facts.model, facts.folder, kind]),
        [
          ['claude-sonnet-4-5', '/home/dev/garden', 'settled'],
          ['claude-sonnet-4-5', '/home/dev/garden', 'settled'],
          ['fake-model', '/home/dev/garden', 'settled'],
          ['fake-model', '/home/dev/garden', 'failed'],
        ],
      );
    },
  },
]);

documentImporterContract(kiloCodeImporter, [
  {
    file: `${STORAGE}/kilocode.kilo-code/tasks/0199c0de/ui_messages.json`,
    content: texts,
    expect(calls) {
      assert.deepEqual(usages(calls), [
        // Written before Kilo 4.119: with Anthropic's protocol the rest, with OpenAI's the whole.
        { fresh: 9_100, cacheRead: 0, cacheWrite: 9_000, text: 120 },
        { fresh: 952, cacheRead: 2_048, cacheWrite: 0, text: 7 },
      ]);
      for (const { facts } of calls) assert.equal(facts.model, undefined, 'nothing says which');
    },
  },
]);

const CLI = 'cline/sessions/1795690810888_4t6kt';

documentImporterContract(clineSessionImporter, [
  {
    file: `${CLI}/1795690810888_4t6kt.messages.json`,
    content: texts,
    facts: ['/home/dev/work'],
    expect(calls) {
      // Served: 1,010 / 1,030 in, of them 201 / 203 cached; 51 / 53 out.
      assert.deepEqual(usages(calls), [
        { fresh: 809, cacheRead: 201, cacheWrite: 0, text: 51 },
        { fresh: 827, cacheRead: 203, cacheWrite: 0, text: 53 },
      ]);
      assert.deepEqual(
        calls.map(({ tools }) => tools),
        [['read_files', 'spawn_agent'], undefined],
      );
      for (const { facts } of calls) {
        assert.equal(facts.folder, '/home/dev/work');
        assert.equal(facts.agentVersion, '3.0.65');
        assert.equal(facts.runId, 'cline:1795690810888_4t6kt:64edbcab-09e0-4743-93f9-f6ad7429456a');
      }
    },
  },
  {
    file: `${CLI}/agent_1795690811378_l498z8.messages.json`,
    content: texts,
    facts: ['/home/dev/work'],
    expect(calls) {
      assert.deepEqual(usages(calls), [{ fresh: 818, cacheRead: 202, cacheWrite: 0, text: 52 }]);
      const { facts } = calls[0] ?? { facts: undefined };
      assert.equal(facts?.subagentId, 'agent_1795690811378_l498z8');
      assert.equal(facts?.runId, 'cline:1795690810888_4t6kt:64edbcab-09e0-4743-93f9-f6ad7429456a', 'its caller’s run');
      assert.equal(facts?.sessionId, '1795690810888_4t6kt');
    },
  },
]);

function task(importer: DocumentImporter, requests: readonly object[], extra: object = {}) {
  const messages = [
    { ts: 1_790_000_000_000, type: 'say', say: 'task', text: 'Do it' },
    ...requests.map((info, index) => ({
      ts: 1_790_000_000_001 + index,
      type: 'say',
      say: 'api_req_started',
      text: JSON.stringify(info),
      ...extra,
    })),
  ];
  const path = fixturePath('cline/globalStorage/none/tasks/1/ui_messages.json');
  return readDocument(importer, path, () => Buffer.from(JSON.stringify(messages))).observations;
}

test('a message that is rewritten while its request goes on tells the same call, and more of it', () => {
  const versions = [
    { request: 'x' },
    { tokensIn: 0, tokensOut: 0, cost: 0 },
    { tokensIn: 10, tokensOut: 3 },
    { tokensIn: 10, tokensOut: 30, cost: 0.1 },
  ].map((info) => task(clineTaskImporter, [info]));
  assert.deepEqual(versions.map(usages), [[], [], [{ fresh: 10, text: 3 }], [{ fresh: 10, text: 30 }]]);
  assert.equal(versions[2]?.[0]?.callId, versions[3]?.[0]?.callId);
});

test('a request without counts, with another one behind it, was made: its tokens are unknown, not zero', () => {
  const calls = task(clineTaskImporter, [
    { tokensIn: 0, tokensOut: 0 },
    { tokensIn: 1, tokensOut: 1 },
  ]);
  assert.deepEqual(usages(calls), [undefined, { fresh: 1, text: 1 }]);
});

test('VS Code’s models are counted by the agent; Marginal’s own among them are left to Marginal', () => {
  const counted = task(clineTaskImporter, [{ tokensIn: 1, tokensOut: 1 }], {
    modelInfo: { modelId: 'copilot/gpt-5', providerId: 'vscode-lm' },
  });
  assert.deepEqual([counted[0]?.usageBasis, counted[0]?.facts.provider], ['counted', 'github-copilot']);
  const own = task(clineTaskImporter, [{ tokensIn: 1, tokensOut: 1 }], {
    modelInfo: { modelId: 'marginal/policy-frugal', providerId: 'vscode-lm' },
  });
  assert.deepEqual(own, []);
});

test('where they are looked for', () => {
  const environment: ImportEnvironment = {
    home: '/home/dev',
    platform: 'linux',
    env: {},
    codeUserFolders: ['/home/dev/.config/Code/User', '/home/dev/.config/Cursor/User'],
  };
  assert.deepEqual(clineTaskImporter.roots(environment), [
    '/home/dev/.config/Code/User/globalStorage/saoudrizwan.claude-dev/tasks',
    '/home/dev/.config/Cursor/User/globalStorage/saoudrizwan.claude-dev/tasks',
    '/home/dev/.cline/data/tasks',
  ]);
  assert.deepEqual(rooCodeImporter.roots(environment).length, 2);
  assert.ok(kiloCodeImporter.roots(environment)[1]?.endsWith('Cursor/User/globalStorage/kilocode.kilo-code/tasks'));
  assert.deepEqual(clineSessionImporter.roots(environment), ['/home/dev/.cline/data/sessions']);
  assert.deepEqual(clineSessionImporter.roots({ ...environment, env: { CLINE_DIR: '/c' } }), ['/c/data/sessions']);
  assert.deepEqual(clineSessionImporter.roots({ ...environment, env: { CLINE_DATA_DIR: '/d' } }), ['/d/sessions']);
  assert.ok(!rooCodeImporter.matches('/x/tasks/1/api_conversation_history.json'));
  assert.ok(!rooCodeImporter.descends?.('/x/tasks/1/checkpoints'));
});
