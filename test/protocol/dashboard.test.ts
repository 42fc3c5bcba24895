import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { emptySampleState, sampleState, streamingSampleState } from '../../scripts/preview/sample.ts';
import { parseFromDashboard, parseToDashboard } from '../../src/protocol/dashboard.ts';
import { dashboardPatch } from '../../src/protocol/dashboardState.ts';

/** As VS Code carries a message: what is undefined is not there. */
function carried(message: unknown): unknown {
  return JSON.parse(JSON.stringify(message));
}

test('every state survives the way to the page', () => {
  for (const state of [sampleState(), emptySampleState(), streamingSampleState()]) {
    const message = carried({ type: 'snapshot', state });
    assert.deepEqual(carried(parseToDashboard(message)), message);
  }
  const patch = dashboardPatch(sampleState(), emptySampleState());
  assert.deepEqual(carried(parseToDashboard(carried(patch))), carried(patch));
});

test('a state with one wrong field is refused as a whole', () => {
  const state = carried(sampleState()) as { figures: { today: { nanoCredits: unknown } } };
  state.figures.today.nanoCredits = '184';
  assert.equal(parseToDashboard({ type: 'snapshot', state }), undefined);
});

test('requests: what the page may ask, and nothing else', () => {
  const requests = [
    { type: 'ready' },
    { type: 'ready', view: { runId: 'a', stepLimit: 200 } },
    { type: 'selectRun' },
    { type: 'selectRun', runId: 'a' },
    { type: 'showSteps', limit: 400 },
    { type: 'testEndpoint', endpointId: 'ollama' },
    { type: 'openSettings', setting: 'marginal.budget' },
    { type: 'addEndpoint' },
    { type: 'openPanel' },
  ];
  for (const request of requests) assert.deepEqual(parseFromDashboard(request), request);
  const refused = [
    undefined,
    'ready',
    { type: 'runCommand', command: 'workbench.action.quit' },
    { type: 'openSettings', setting: 'security.workspace.trust' },
    { type: 'showSteps', limit: -1 },
    { type: 'showSteps', limit: 1.5 },
    { type: 'selectRun', runId: 7 },
  ];
  for (const request of refused) assert.equal(parseFromDashboard(request), undefined);
});

test('parsing never throws, whatever comes', () => {
  fc.assert(
    fc.property(fc.anything(), (message) => {
      parseFromDashboard(message);
      parseToDashboard(message);
    }),
  );
});
