import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { CodedError } from '@bakerst/shared/coded-error';
import { statusOfCode } from './error-statuses.ts';
import { httpError } from './errors.ts';
import { problemOf, statusOf } from './problem.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');
const coded = (code: string, retryable = false) =>
  new CodedError({ code, message: 'What happened.', remedy: 'What to do.', retryable });

/** The page is held equal to the code by `test/errors.test.ts`; the CLI's codes never reach a server. */
function documentedCodes(): readonly string[] {
  const sections = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8').split(/^## /m).slice(1);
  return sections
    .filter((section) => !section.startsWith('`packages/cli`'))
    .flatMap((section) => [...section.matchAll(/^\| `([a-z0-9_]+)`/gm)].map((match) => match[1] ?? ''));
}

describe('the status of an error', () => {
  it('is chosen for every code that a server can meet, and has a title', () => {
    const codes = documentedCodes();
    assert.ok(codes.length > 80, `only ${codes.length} codes are documented`);
    assert.deepEqual(
      codes.filter((code) => statusOfCode(code) === undefined),
      [],
    );
    assert.deepEqual(
      codes.filter((code) => problemOf(coded(code), 'req_1').title === 'Error'),
      [],
    );
  });

  it('says whose turn it is: the client, the operator, or a later moment', () => {
    const expected: Readonly<Record<string, number>> = {
      runtime_config_refused: 422,
      model_unknown: 422,
      model_without_price: 422,
      provider_not_configured: 422,
      mcp_server_unknown: 404,
      mcp_unknown_server: 404,
      approval_not_open: 409,
      approval_digest_mismatch: 409,
      brain_stopping: 503,
      store_busy: 503,
      store_full: 507,
      store_internal: 500,
      credential_revoked: 401,
      budget_exceeded: 402,
    };
    for (const [code, status] of Object.entries(expected)) assert.equal(statusOf(coded(code)), status, code);
  });

  it('a code of nobody is a defect, or a later moment where it says so', () => {
    assert.equal(statusOf(coded('toString')), 500);
    assert.equal(statusOf(coded('something_else', true)), 503);
    assert.equal(statusOf(new Error('x')), 500);
  });
});

describe('a problem', () => {
  it('tells code, detail and remedy, and the fields that were wrong', () => {
    const fields = [{ path: 'parts', message: 'is missing' }];
    const error = httpError({ code: 'invalid_request', message: 'Wrong.', remedy: 'Send parts.', fields });
    assert.deepEqual(problemOf(error, 'req_1'), {
      type: 'about:blank',
      title: 'Bad request',
      status: 400,
      code: 'invalid_request',
      detail: 'Wrong.',
      remedy: 'Send parts.',
      errors: fields,
      request: 'req_1',
    });
  });

  it('keeps the text of a defect to itself', () => {
    const problem = problemOf(new Error('password=hunter2'), 'req_1');
    assert.equal(problem.code, 'internal');
    assert.doesNotMatch(JSON.stringify(problem), /hunter2/);
    assert.match(problem.remedy, /req_1/);
  });
});
