import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { continueImporter } from '../../src/importers/continue/index.ts';
import type { ImportEnvironment } from '../../src/ports.ts';
import { lineImporterContract } from '../contract/importer.ts';

lineImporterContract(continueImporter, [
  {
    file: 'continue/tokensGenerated.jsonl',
    // The lines hold no text; who wrote them is not kept.
    content: ({ selectedProfileId, eventName, userAgent }) => [selectedProfileId, eventName, userAgent],
    expect: (calls) => {
      assert.deepEqual(calls, [
        {
          kind: 'settled',
          callId: `continue:${Date.parse('2026-11-22T09:00:00.000Z')}:gpt-4o:1200:85`,
          at: Date.parse('2026-11-22T09:00:00.000Z'),
          source: 'continue-log',
          facts: { agent: 'continue', agentVersion: '1.2.10', model: 'gpt-4o', provider: 'openai' },
          usage: { fresh: 1_200, text: 85 },
          usageBasis: 'counted',
        },
        {
          kind: 'settled',
          callId: `continue:${Date.parse('2026-11-22T09:00:04.120Z')}:qwen2.5-coder:1.5b:310:12`,
          at: Date.parse('2026-11-22T09:00:04.120Z'),
          source: 'continue-log',
          facts: { agent: 'continue', agentVersion: '1.2.10', model: 'qwen2.5-coder:1.5b', provider: 'ollama' },
          usage: { fresh: 310, text: 12 },
          usageBasis: 'counted',
        },
      ]);
    },
  },
]);

test('an older name of the time is read, and a line without one is left out', () => {
  const reader = continueImporter.reader('/tokensGenerated.jsonl', undefined);
  const observed = (line: object) => reader.line(Buffer.from(JSON.stringify(line))).observations;
  const call = { model: 'm', provider: 'Gemini', promptTokens: 3, generatedTokens: 1 };
  assert.equal(observed({ ...call, createdAt: '2026-01-01T00:00:00Z' })[0]?.facts.provider, 'gemini');
  assert.deepEqual(observed(call), []);
});

test('roots and files', () => {
  const roots = (env: Record<string, string>, platform: ImportEnvironment['platform'] = 'linux', home = '/home/dev') =>
    continueImporter.roots({ home, platform, env, codeUserFolders: [] });
  assert.deepEqual(roots({}), ['/home/dev/.continue/dev_data']);
  assert.deepEqual(roots({ CONTINUE_GLOBAL_DIR: '/c' }), ['/c/dev_data']);
  assert.deepEqual(roots({}, 'win32', 'C:\\Users\\dev'), ['C:\\Users\\dev\\.continue\\dev_data']);
  assert.ok(continueImporter.matches('/home/dev/.continue/dev_data/0.2.0/tokensGenerated.jsonl'));
  assert.ok(!continueImporter.matches('/home/dev/.continue/dev_data/0.2.0/autocomplete.jsonl'));
});
