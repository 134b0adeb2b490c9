import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compileRule, type RuleFacts } from './rule-language.ts';

const facts: RuleFacts = {
  principal: 'prn_1',
  tool: 'bank__pay',
  server: 'bank',
  effect: 'money',
  integrity: 'untrusted',
  confidentiality: 'internal',
  unattended: false,
  args: { amount: 120, to: ['ann@example.com'], nested: { people: [{ mail: 'x@evil.example' }] } },
};

function applies(when: string, over: Partial<RuleFacts> = {}): boolean {
  const compiled = compileRule({ when });
  assert.ok(compiled.ok, JSON.stringify(compiled));
  return compiled.test({ ...facts, ...over });
}

function problem(when: string): string {
  const compiled = compileRule({ when });
  assert.ok(!compiled.ok, `${when} was accepted`);
  return compiled.problem.message;
}

describe('a rule', () => {
  test('looks at the call and its labels', () => {
    assert.equal(applies('effect == "money" && integrity == "untrusted"'), true);
    assert.equal(applies('server == "files"'), false);
    assert.equal(applies('args.amount > 100'), true);
    assert.equal(applies('args.amount > 100', { args: { amount: 99.5 } }), false);
  });

  test('walks lists and what is in them', () => {
    assert.equal(applies('args.to.exists(t, !t.endsWith("@example.com"))'), false);
    assert.equal(applies('args.to.exists(t, ["@a.example", "@example.com"].exists(s, t.endsWith(s)))'), true);
    assert.equal(applies('[args.nested].exists(n, n.people.exists(p, p.mail.contains("evil")))'), true);
  });

  test('applies where it cannot be evaluated: a missing argument does not open a door', () => {
    assert.equal(applies('args.limit > 5'), true);
    assert.equal(applies('has(args.limit) && args.limit > 5'), false);
    assert.equal(applies('args.amount.startsWith("x")'), true);
    assert.equal(applies('args.amount'), true);
  });

  test('with a mistyped name or a wrong type is refused when it is read', () => {
    assert.match(problem('efect == "money"'), /efect/);
    assert.match(problem('effect == 1'), /string/);
    assert.match(problem('tool'), /string/);
    assert.match(problem('tool =='), /Unexpected/);
  });

  test('says where it is wrong', () => {
    const compiled = compileRule({ when: 'tool == "a" && efect == "money"' });
    assert.ok(!compiled.ok);
    assert.equal(compiled.problem.at, 15);
  });

  test('matches patterns in linear time', () => {
    const text = `${'a'.repeat(50_000)}!`;
    const start = performance.now();
    assert.equal(applies('args.text.matches("^(a+)+$")', { args: { text } }), false);
    assert.ok(performance.now() - start < 2_000);
    assert.equal(applies('(tool).matches("^bank__") && tool . matches("pay$")'), true);
  });

  test('with a pattern that RE2 does not know is refused', () => {
    assert.match(problem('tool.matches("(?=a)")'), /RE2/);
    assert.match(problem('tool.matches("a(")'), /RE2/);
  });

  test('that would take quadratic time is refused', () => {
    assert.match(problem('args.a.exists(x, args.b.exists(y, x == y))'), /loop/);
    assert.match(problem('args.a.exists(x, [args.b][0].exists(y, x == y))'), /loop/);
    assert.match(problem('args.a.exists(x, (x + args.b).exists(y, x == y))'), /loop/);
    assert.match(problem('args.a.exists(x, x.exists(y, x.exists(z, z == y)))'), /loop/);
    assert.match(problem('args.a.exists(x, [args.a].exists(y, y.exists(z, z == x)))'), /loop/);
    assert.match(problem('args.a.exists(x, [args.a].exists(x, x.exists(z, z == "z")))'), /loop/);
    assert.match(problem('args.a.exists(x, x in args.b)'), /loop/);
  });

  test('walks parts of parts, and lists written in it, in time that grows with the arguments alone', () => {
    const a = [{ b: [{ c: ['x'] }] }];
    assert.equal(applies('args.a.all(i, i.b.all(j, j.c.all(k, k in ["x", "y"])))', { args: { a } }), true);
    assert.equal(applies('args.a.all(i, ["b", "c"].all(s, i.b.all(j, s != "d")))', { args: { a } }), true);
    assert.equal(
      applies('args.a.exists(i, "x" in i.b[0].c) && "x" in args.a[0].b[0].c', { args: { a } }),
      true,
    );
  });

  test('that is too deep or too large is refused', () => {
    assert.notEqual(problem(`${'('.repeat(200)}true${')'.repeat(200)}`), '');
    assert.notEqual(problem(Array.from({ length: 2_000 }, () => 'true').join(' && ')), '');
  });

  test('cannot reach what JavaScript puts on every object', () => {
    assert.equal(applies('"constructor" in args || "__proto__" in args'), false);
    assert.equal(applies('has(args.toString)'), false);
  });
});
