import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foundLine } from '../../../src/core/status/foundLine.ts';

test('what was found, and how its figures are meant', () => {
  const line = foundLine({
    imports: [
      { agent: 'copilot', observations: 4 },
      { agent: 'copilot', observations: 2 },
      { agent: 'cline', observations: 1 },
      { agent: 'claude-code', observations: 9 },
      { agent: 'codex', observations: 9 },
      { agent: 'copilot-cli', observations: 0 },
    ],
    sources: [
      { agent: 'copilot', confidence: 'priced' },
      { agent: 'copilot', confidence: 'billed' },
      { agent: 'claude-code', confidence: 'priced' },
    ],
    servers: [
      { label: 'Ollama', models: 3 },
      { label: 'Lab', models: 1 },
      { label: 'Empty', models: 0 },
    ],
  });
  assert.equal(
    line,
    'Found Copilot (billed credits), Claude Code, Codex (at list price), Cline, Ollama (3 models), Lab (one model)',
  );
});

test('an agent whose figures carry no bill is not said to be billed', () => {
  const sources = [{ agent: 'copilot', confidence: 'priced' }];
  assert.equal(foundLine({ imports: [{ agent: 'copilot', observations: 1 }], sources, servers: [] }), 'Found Copilot');
});

test('nothing found is no line', () => {
  assert.equal(foundLine({ imports: [{ agent: 'copilot', observations: 0 }], sources: [], servers: [] }), undefined);
});
