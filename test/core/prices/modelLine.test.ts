import assert from 'node:assert/strict';
import { it } from 'node:test';
import { standing } from '../../../src/core/prices/modelLine.ts';

it('reads line and version from names of both orders, and sizes as lines of their own', () => {
  const cases: readonly (readonly [string, string, number])[] = [
    ['claude-opus-4-8', 'claude-opus', 4.08],
    ['claude-3-5-sonnet', 'claude-sonnet', 3.05],
    ['claude-sonnet-5', 'claude-sonnet', 5],
    ['gpt-5-6-sol', 'gpt', 5.06],
    ['gpt-5-1-codex-max', 'gpt', 5.01],
    ['gpt-5-1-codex-mini', 'gpt-mini', 5.01],
    ['gpt-4-1-nano', 'gpt-nano', 4.01],
    ['gpt-5-6-luna', 'gpt-luna', 5.06],
    ['claude-fable-5-1', 'claude-fable', 5.01],
    ['o4-mini', 'o-mini', 4],
    ['gemini-3-1-pro-preview', 'gemini-pro', 3.01],
    ['gemini-2-5-flash-lite', 'gemini-flash-lite', 2.05],
    ['grok-4', 'grok', 4],
    ['deepseek-v3-2-exp', 'deepseek', 3.02],
    ['kimi-k2-5', 'kimi', 2.05],
  ];
  for (const [name, line, version] of cases) assert.deepEqual(standing(name), { line, version }, name);
});

it('knows no line for names that are none of these', () => {
  for (const name of ['gpt-4o', 'gpt-oss-120b', 'gemini-2-5-pro-preview-tts', 'qwen3:8b', ''])
    assert.equal(standing(name), undefined, name);
});
