import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Effect } from '@bakerst/shared/guard';
import { Policy } from '@bakerst/shared/policy';
import { PolicyTestList } from '@bakerst/shared/policy-tests';
import { parsePolicy } from './parse-policy.ts';
import { readPolicyDocument } from './policy-document.ts';

const page = readFileSync(fileURLToPath(new URL('../../../docs/policy.md', import.meta.url)), 'utf8');
const [policy = '', tests = ''] = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
  (match) => match[1] ?? '',
);

test('the policy of docs/policy.md is one, and shows every setting', () => {
  const parsed = parsePolicy(policy);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  const missing = Object.keys(Policy.shape).filter((name) => !new RegExp(`^${name}:`, 'm').test(policy));
  assert.deepEqual(missing, []);
});

test('the tests of docs/policy.md are such', () => {
  const read = readPolicyDocument(tests);
  assert.ok(read.ok);
  assert.equal(PolicyTestList.safeParse(read.document.value).success, true);
});

test('docs/policy.md explains every effect, weakest first', () => {
  const [, section = ''] = page.split(/^## Effects$/m);
  const rows = [...(section.split(/^## /m)[0] ?? '').matchAll(/^\| `([a-z-]+)`/gm)].map((match) => match[1]);
  assert.deepEqual(rows, Effect.options);
});
