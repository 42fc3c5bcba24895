import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpointKeys } from '../../src/editor/secrets.ts';

function fakeSecrets() {
  const stored = new Map<string, string>();
  const secrets = {
    get: async (name: string) => stored.get(name),
    store: async (name: string, value: string) => void stored.set(name, value),
    delete: async (name: string) => void stored.delete(name),
    keys: async () => [...stored.keys()],
    onDidChange: () => ({ dispose() {} }),
  };
  return { stored, keys: endpointKeys(secrets) };
}

test('a key comes back for the address that it was given for, whatever its path', async () => {
  const { keys } = fakeSecrets();
  await keys.set('openai', 'https://api.openai.com/v1', 'sk-1');
  assert.equal(await keys.get('openai', 'https://api.openai.com/v1/'), 'sk-1');
});

test('an endpoint whose address was changed to another host, port or scheme does not get the key', async () => {
  const { keys } = fakeSecrets();
  await keys.set('openai', 'https://api.openai.com/v1', 'sk-1');
  for (const url of ['https://evil.example/v1', 'https://api.openai.com:8443/v1', 'http://api.openai.com/v1'])
    assert.equal(await keys.get('openai', url), undefined, url);
});

test('a deleted key, an unknown endpoint and something else in its place are no key', async () => {
  const { keys, stored } = fakeSecrets();
  await keys.set('a', 'https://a.example', 'k');
  await keys.delete('a');
  assert.equal(await keys.get('a', 'https://a.example'), undefined);
  stored.set('marginal.key.b', 'not json');
  stored.set('marginal.key.c', 'null');
  for (const id of ['b', 'c', 'd']) assert.equal(await keys.get(id, 'https://a.example'), undefined);
});
