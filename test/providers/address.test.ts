import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  anthropicBase,
  displayUrl,
  isOwnAddress,
  ollamaBase,
  ollamaUrl,
  openAiBase,
  vendorOf,
} from '../../src/providers/address.ts';

const table = (run: (text: string) => unknown, rows: Readonly<Record<string, unknown>>) => {
  for (const [text, expected] of Object.entries(rows)) assert.equal(run(text), expected, text);
};

test('OLLAMA_HOST as Ollama reads it; an address to listen on everywhere is this machine', () => {
  assert.equal(ollamaUrl(undefined), 'http://127.0.0.1:11434');
  table(ollamaUrl, {
    '': 'http://127.0.0.1:11434',
    gpubox: 'http://gpubox:11434',
    'gpubox:1234': 'http://gpubox:1234',
    ':5000': 'http://127.0.0.1:5000',
    'http://gpubox': 'http://gpubox',
    'http://gpubox:8080': 'http://gpubox:8080',
    'https://example.org/ollama/': 'https://example.org/ollama',
    'ollama.com': 'https://ollama.com',
    '0.0.0.0': 'http://127.0.0.1:11434',
    '0.0.0.0:8000': 'http://127.0.0.1:8000',
    '[::]:9': 'http://[::1]:9',
    '::1': 'http://[::1]:11434',
    '[fe80::1]:11': 'http://[fe80::1]:11',
    'gpubox:99999': 'http://gpubox:11434',
    ' "gpubox" ': 'http://gpubox:11434',
  });
  fc.assert(fc.property(fc.string(), (text) => assert.ok(URL.canParse(ollamaUrl(text)))));
});

test('the base of an OpenAI-compatible API ends in its version', () => {
  table(openAiBase, {
    'http://h:8080': 'http://h:8080/v1',
    'http://h:8080/v1/': 'http://h:8080/v1',
    'h:8080/v1/chat/completions': 'http://h:8080/v1',
    'https://openrouter.ai/api': 'https://openrouter.ai/api/v1',
    'https://api.groq.com/openai/v1': 'https://api.groq.com/openai/v1',
    'https://generativelanguage.googleapis.com/v1beta/openai/':
      'https://generativelanguage.googleapis.com/v1beta/openai',
    'https://api.z.ai/api/paas/v4': 'https://api.z.ai/api/paas/v4',
  });
});

test('the bases of the Messages API and of Ollama stand before their paths', () => {
  table(anthropicBase, {
    'https://api.anthropic.com': 'https://api.anthropic.com',
    'https://api.anthropic.com/v1/': 'https://api.anthropic.com',
    'https://example.org/claude/v1/messages': 'https://example.org/claude',
  });
  table(ollamaBase, {
    'http://h:11434/': 'http://h:11434',
    'http://h:11434/v1': 'http://h:11434',
    'http://h:11434/api/chat': 'http://h:11434',
    'https://example.org/ollama': 'https://example.org/ollama',
  });
});

test('own addresses', () => {
  table(isOwnAddress, {
    'http://localhost:1': true,
    'http://127.9.9.9': true,
    'http://10.1.2.3': true,
    'http://172.16.0.1': true,
    'http://172.31.0.1': true,
    'http://172.32.0.1': false,
    'http://192.168.0.7:11434': true,
    'http://192.169.0.7': false,
    'http://mac-studio.local': true,
    'http://host.docker.internal:11434': true,
    'http://[::1]:8080': true,
    'http://[fd12::1]': true,
    'http://[fe80::1]': true,
    'http://[2001:db8::1]': false,
    'https://api.openai.com': false,
    'https://local.example.org': false,
    'http://10.example.org': false,
  });
});

test('whose price list applies', () => {
  assert.deepEqual(vendorOf('https://api.openai.com/v1'), { provider: 'openai', label: 'OpenAI' });
  assert.equal(vendorOf('https://openrouter.ai/api/v1')?.provider, 'openrouter');
  assert.equal(vendorOf('https://me.openai.azure.com')?.provider, 'azure');
  assert.equal(vendorOf('https://notopenrouter.ai'), undefined);
  assert.equal(vendorOf('http://127.0.0.1:8080'), undefined);
});

test('an address is shown without what is secret in it', () => {
  assert.equal(displayUrl('https://me:pass@h.org:9/v1/?key=x#y'), 'https://h.org:9/v1');
  assert.equal(displayUrl('http://'), 'its address');
});
