import assert from 'node:assert/strict';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { startScriptedEndpoint } from '../fakes/scriptedEndpoint.ts';
import { runInExtensionHost } from './runInExtensionHost.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

test('the tests inside the extension host pass', { timeout: 180_000 }, async (context) => {
  const endpoint = await startScriptedEndpoint({ script: [] });
  context.after(endpoint.stop);
  const { exitCode, output } = await runInExtensionHost({
    entry: path('entry'),
    vsix: path('../../.cache/marginal.vsix'),
    settings: { 'marginal.endpoints': [{ id: 'scripted', kind: 'openai', url: endpoint.url }] },
  });
  assert.equal(exitCode, 0, output);
  assert.match(output, /ok - the extension activates/);
  assert.match(output, /ok - a policy sends a request on/);
});
