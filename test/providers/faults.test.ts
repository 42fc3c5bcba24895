import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CORRECT } from '../../src/core/endpointError.ts';
import { type EndpointFacts, type ToldFault, toEndpointError } from '../../src/providers/faults.ts';

/** The faults whose remedy is another address or key. */
const FAULTS: readonly ToldFault[] = [
  { fault: 'unreachable' },
  { fault: 'unreachable', certificate: true },
  { fault: 'unauthorized', status: 401, hasKey: true },
  { fault: 'unauthorized', status: 401, hasKey: false },
  { fault: 'unauthorized', status: 403, hasKey: true },
  { fault: 'garbled', detail: 'a page' },
];
const KINDS = ['ollama', 'openaiCompatible', 'anthropic'] as const;

function sentences(adding: boolean): readonly string[] {
  return KINDS.flatMap((kind) => {
    const endpoint: EndpointFacts = { label: 'Lab', url: 'http://127.0.0.1:9', kind, local: true, adding };
    return FAULTS.map((fault) => toEndpointError(fault, endpoint).message);
  });
}

test('the command that adds an endpoint is the remedy for one that is in use', () => {
  for (const sentence of sentences(false)) {
    assert.match(sentence, /“Marginal: Add Model Endpoint…”/);
    assert.ok(!sentence.includes(CORRECT), sentence);
  }
});

test('inside that command it is the dialog’s own button', () => {
  for (const sentence of sentences(true)) {
    assert.doesNotMatch(sentence, /Add Model Endpoint/);
    assert.ok(sentence.includes(`choose “${CORRECT}” and enter `), sentence);
  }
});
