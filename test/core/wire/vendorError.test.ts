import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readVendorError } from '../../../src/core/wire/vendorError.ts';
import { fixture } from './readReply.ts';

const TOO_LONG = JSON.parse(new TextDecoder().decode(fixture('openai/llama-server-too-long.json')));

/** Bodies as the vendors document them; the first is recorded. */
const CASES: readonly (readonly [status: number | undefined, body: unknown, fault: string])[] = [
  [400, TOO_LONG, 'tooLong'],
  [400, { error: { message: 'x', type: 'invalid_request_error', code: 'context_length_exceeded' } }, 'tooLong'],
  [
    400,
    {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'prompt is too long: 208310 tokens > 200000 maximum' },
    },
    'tooLong',
  ],
  [413, { type: 'error', error: { type: 'request_too_large', message: 'x' } }, 'tooLong'],
  [
    400,
    {
      object: 'error',
      message: "This model's maximum context length is 4096 tokens.",
      type: 'BadRequestError',
      code: 400,
    },
    'tooLong',
  ],
  [
    401,
    { error: { message: 'Incorrect API key provided', type: 'invalid_request_error', code: 'invalid_api_key' } },
    'unauthorized',
  ],
  [401, { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } }, 'unauthorized'],
  [403, { type: 'error', error: { type: 'permission_error', message: 'x' } }, 'unauthorized'],
  [403, { error: { code: 403, message: 'Your input was flagged', metadata: { reasons: [] } } }, 'refused'],
  [
    400,
    { error: { code: 400, message: 'API key not valid. Please pass a valid API key.', status: 'INVALID_ARGUMENT' } },
    'unauthorized',
  ],
  [404, { error: 'model "llama9" not found, try pulling it first' }, 'unknownModel'],
  [
    404,
    {
      error: { message: 'The model `gpt-9` does not exist or you do not have access to it.', code: 'model_not_found' },
    },
    'unknownModel',
  ],
  [404, { type: 'error', error: { type: 'not_found_error', message: 'model: claude-9' } }, 'unknownModel'],
  [
    404,
    { object: 'error', message: 'The model `x` does not exist.', type: 'NotFoundError', code: 404 },
    'unknownModel',
  ],
  [404, '404 page not found', 'refused'],
  [429, { error: { message: 'Rate limit reached', type: 'requests', code: 'rate_limit_exceeded' } }, 'quota'],
  [402, { error: { code: 402, message: 'Insufficient credits' } }, 'quota'],
  [529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'quota'],
  [503, { error: 'server busy, please try again.  maximum pending requests exceeded' }, 'quota'],
  [503, { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } }, 'serverError'],
  [500, { error: { message: 'x', type: 'server_error' } }, 'serverError'],
  [400, { error: 'registry.ollama.ai/library/llama2 does not support tools' }, 'refused'],
  [408, {}, 'timeout'],
  [undefined, { error: { code: 502, message: 'Provider disconnected' } }, 'serverError'],
  [undefined, { error: { type: 'overloaded_error', message: 'Overloaded' } }, 'quota'],
  [undefined, { error: 'llama runner process no longer running' }, 'serverError'],
];

for (const [status, body, fault] of CASES) {
  test(`${status ?? 'in the stream'}: ${JSON.stringify(body).slice(0, 90)} is ${fault}`, () => {
    assert.equal(readVendorError(body, status).fault, fault);
  });
}

test('out of credit is not worth waiting for, a rate limit is', () => {
  const exhausted = {
    error: { message: 'You exceeded your current quota', type: 'insufficient_quota', code: 'insufficient_quota' },
  };
  assert.equal(readVendorError(exhausted, 429).exhausted, true);
  assert.equal(readVendorError({ error: { message: 'Rate limit reached' } }, 429).exhausted, undefined);
});

test("the vendor's words are kept apart from ours", () => {
  assert.equal(readVendorError({ error: { message: 'words' } }, 400).vendorMessage, 'words');
  assert.equal(readVendorError({ detail: 'words' }, 400).vendorMessage, 'words');
  assert.equal(readVendorError('words', 400).vendorMessage, 'words');
  assert.equal('vendorMessage' in readVendorError({}, 400), false);
});

test('whatever the body is, there is a fault', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.option(fc.integer({ min: 400, max: 599 }), { nil: undefined }), (body, status) => {
      assert.equal(readVendorError(body, status).kind, 'fault');
    }),
  );
});
