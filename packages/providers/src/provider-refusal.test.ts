import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseComplaintText } from './error-body.ts';
import { refusalError } from './provider-refusal.ts';
import { serverSentEvents } from './server-sent-events.ts';

function refusal(status: number | undefined, body: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const complaint = parseComplaintText(text);
  return refusalError({
    provider: 'x',
    model: 'm',
    credentialHint: 'X_KEY',
    status,
    complaint,
    excerpt: text,
  });
}

const TOO_LONG: readonly [string, number, unknown][] = [
  [
    'OpenAI',
    400,
    { error: { message: 'too long', type: 'invalid_request_error', code: 'context_length_exceeded' } },
  ],
  [
    'vLLM',
    400,
    {
      object: 'error',
      message: "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.",
      type: 'BadRequestError',
      code: 400,
    },
  ],
  [
    'vLLM, newer',
    400,
    {
      error: { message: 'The decoder prompt (length 5000) is longer than the maximum model length of 4096.' },
    },
  ],
  [
    'Anthropic',
    400,
    {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'prompt is too long: 205000 tokens > 200000 maximum' },
    },
  ],
  [
    'Anthropic, with the answer',
    400,
    {
      error: {
        type: 'invalid_request_error',
        message: 'input length and `max_tokens` exceed context limit: 1 + 2 > 2',
      },
    },
  ],
  [
    'llama.cpp',
    400,
    {
      error: {
        code: 400,
        message: 'the request exceeds the available context size, try increasing it',
        type: 'exceed_context_size_error',
      },
    },
  ],
  ['llama-cpp-python', 400, { error: { message: 'Requested tokens (812) exceed context window of 512' } }],
  ['Ollama', 500, { error: 'the input length exceeds the context length' }],
  ['Ollama, chat', 400, { error: { message: 'prompt too long; exceeded max context length by 12 tokens' } }],
  [
    'xAI',
    400,
    { error: "This model's maximum prompt length is 131072 but the request contains 200000 tokens." },
  ],
  [
    'Google',
    400,
    { error: { message: 'The input token count (1100000) exceeds the maximum number of tokens allowed.' } },
  ],
  [
    'Mistral',
    400,
    {
      object: 'error',
      message:
        'Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length',
    },
  ],
  [
    'OpenRouter, quoting another',
    400,
    {
      error: {
        message: 'Provider returned error',
        code: 400,
        metadata: { raw: '{"message":"prompt is too long"}' },
      },
    },
  ],
  ['FastAPI', 422, { detail: '`inputs` tokens + `max_new_tokens` must be <= 4096' }],
];

for (const [who, status, body] of TOO_LONG) {
  test(`${who} is understood when it says that a prompt is too long`, () => {
    assert.equal(refusal(status, body).code, 'provider_context_exceeded');
  });
}

test('other complaints about tokens are not taken for a prompt that is too long', () => {
  const tooMany = 'max_tokens is too large: 100000. This model supports at most 16384 completion tokens';
  assert.equal(refusal(400, { error: { message: tooMany } }).code, 'provider_bad_request');
  const perMinute =
    'Request too large for gpt-x on tokens per min (TPM): Limit 30000, Requested 40000. Too many tokens.';
  assert.equal(refusal(429, { error: { message: perMinute } }).code, 'provider_rate_limited');
});

test('an unknown model is recognised under each status it comes with', () => {
  assert.equal(
    refusal(404, { error: { message: 'model "x" not found, try pulling it first' } }).code,
    'provider_unknown_model',
  );
  assert.equal(
    refusal(400, { error: { message: 'x is not a valid model ID' } }).code,
    'provider_unknown_model',
  );
  assert.equal(refusal(404, '<html>not found</html>').code, 'provider_bad_request');
});

test('an error that comes with 200, or in mid-stream, is sorted by the code or type it names', () => {
  assert.equal(refusal(200, { error: { code: 429, message: 'slow down' } }).code, 'provider_rate_limited');
  assert.equal(
    refusal(undefined, { error: { code: 502, message: 'bad gateway' } }).code,
    'provider_overloaded',
  );
  assert.equal(
    refusal(undefined, { object: 'error', message: 'no', type: 'BadRequestError', code: 400 }).code,
    'provider_bad_request',
  );
  assert.equal(refusal(undefined, { error: 'out of memory' }).code, 'provider_overloaded');
});

test('every refusal quotes what the provider said and has a remedy', () => {
  for (const status of [301, 400, 401, 402, 403, 404, 413, 429, 500, 529]) {
    const error = refusal(status, { error: { message: 'so it is' } });
    assert.match(error.message, new RegExp(`x refused the call with ${status}: so it is`));
    assert.ok(error.remedy.length > 10);
  }
});

test('a failure in a field of its own in the stream is handed on as an error', async () => {
  async function* chunks() {
    yield Buffer.from('data: {"a":1}\n\nerror: {"code":500,"message":"broke"}\n\n');
  }
  const batches: string[] = [];
  for await (const batch of serverSentEvents(chunks(), { eventChars: 1_000, replyBytes: 1_000 }))
    batches.push(...batch);
  assert.deepEqual(batches, ['{"a":1}', '{"error":{"code":500,"message":"broke"}}']);
});
