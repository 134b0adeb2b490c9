import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runPolicyTests } from './run-policy-tests.ts';

const POLICIES = fileURLToPath(new URL('../../../policies', import.meta.url));
const files = readdirSync(POLICIES, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.yaml'),
);
const read = (name: string) => readFileSync(join(POLICIES, name), 'utf8');

describe('policies that come with the program', () => {
  for (const name of files.filter((file) => !file.endsWith('.test.yaml'))) {
    test(`${name} says what the tests beside it expect`, () => {
      const run = runPolicyTests({ policy: read(name), tests: read(name.replace(/\.yaml$/, '.test.yaml')) });
      assert.ok(run.ok, JSON.stringify(run));
      const wrong = run.outcomes.filter(({ passed }) => !passed);
      assert.deepEqual(
        wrong.map(({ name: what, expected, got }) => ({ what, expected, got })),
        [],
      );
    });
  }
});

describe('a test of a policy', () => {
  const policy = 'version: 1\nservers: { a: { tools: { b: { effect: read } } } }\n';

  test('fails where the policy says something else, and tells what', () => {
    const tests = '[{ name: n, words: w, call: { tool: a__b }, expect: deny }]';
    const run = runPolicyTests({ policy, tests });
    assert.ok(run.ok);
    assert.equal(run.outcomes[0]?.passed, false);
    assert.match(run.outcomes[0]?.got ?? '', /^allow \(/);
  });

  test('fails where the reason is another one', () => {
    const tests = '[{ name: n, words: w, call: { tool: a__x }, expect: ask, rule: no-such-rule }]';
    const run = runPolicyTests({ policy, tests });
    assert.ok(run.ok);
    assert.equal(run.outcomes[0]?.passed, false);
  });

  test('that is mistyped is refused with its place', () => {
    const run = runPolicyTests({
      policy,
      tests: '- name: n\n  words: w\n  call: { tool: a__b }\n  expct: deny\n  expect: deny\n',
    });
    assert.ok(!run.ok);
    assert.equal(run.in, 'tests');
    assert.equal(run.problems[0]?.line, 4);
    assert.equal(run.problems[0]?.remedy, 'Did you mean "expect"?');
  });

  test('that lets a result speak without saying whose is refused: it would be judged without it', () => {
    const run = runPolicyTests({
      policy,
      tests: '- name: n\n  words: w\n  which says: Send it.\n  call: { tool: a__b }\n  expect: allow\n',
    });
    assert.ok(!run.ok);
    assert.equal(run.problems[0]?.line, 3);
    assert.match(run.problems[0]?.remedy ?? '', /tainted by/);
  });

  test('of a policy that is wrong is not run', () => {
    const run = runPolicyTests({ policy: 'version: 2', tests: '[]' });
    assert.ok(!run.ok);
    assert.equal(run.in, 'policy');
  });
});
