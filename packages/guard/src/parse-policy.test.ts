import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PolicyProblem } from '@bakerst/shared/policy';
import fc from 'fast-check';
import { parsePolicy } from './parse-policy.ts';

const PIN = 'a'.repeat(64);

const GOOD = `
version: 1
profile: strict
servers:
  mail:
    clearance: internal
    tools:
      send:
        pin: ${PIN}
        effect: external
        arguments:
          to: { slot: recipient, type: email }
          body: { role: content }
          day: { type: date }
          until: { type: date, follows: { argument: day, withinMinutes: 60 } }
          file_id: { refers: file, default: null }
      search: { effect: read }
referents:
  file: { tool: mail__search, query: q, id: id, title: name }
rules:
  - name: no-friday
    when: effect == "money" && args.amount > 100
    verdict: deny
    message: Not so much.
urls:
  - exact: https://example.com/a?b=1
  - prefix: https://example.com/docs/
  - { host: docs.example.com, learns: public }
approvals:
  - { tools: [mail__send], fourEyes: true }
redaction:
  patterns:
    - { name: badge, pattern: 'B-[0-9]{6}' }
`;

function problems(text: string): readonly PolicyProblem[] {
  const parsed = parsePolicy(text);
  assert.ok(!parsed.ok, 'the policy was accepted');
  return parsed.problems;
}

function problem(text: string): PolicyProblem {
  const [first] = problems(text);
  assert.ok(first);
  return first;
}

describe('a policy', () => {
  test('that is right is read, and what it leaves out is the strictest', () => {
    const parsed = parsePolicy(GOOD);
    assert.ok(parsed.ok, JSON.stringify(parsed));
    const send = parsed.policy.servers.mail?.tools.send;
    assert.equal(send?.arguments.to?.role, 'control');
    assert.deepEqual(send?.results, {
      integrity: 'untrusted',
      confidentiality: 'internal',
      authoritative: {},
    });
  });

  test('with a mistyped setting says where and what was meant', () => {
    const found = problem(
      'version: 1\nservers:\n  mail:\n    tools:\n      send:\n        efect: read\n        effect: read\n',
    );
    assert.deepEqual(found, {
      line: 6,
      column: 9,
      path: 'servers.mail.tools.send.efect',
      message: '"efect" is not a setting of a policy here.',
      remedy: 'Did you mean "effect"?',
    });
  });

  test('with a mistyped value says where and what was meant', () => {
    const found = problem('version: 1\nservers: { mail: { tools: { send: { effect: externl } } } }\n');
    assert.equal(found.line, 2);
    assert.equal(found.path, 'servers.mail.tools.send.effect');
    assert.equal(found.remedy, 'Did you mean "external"?');
  });

  const wrong: readonly (readonly [what: string, text: string, path: string, words: RegExp])[] = [
    ['no version', 'profile: strict', 'version', /1/],
    ['nothing in it', '', '', /./],
    ['a list at the top', '- 1', '', /./],
    [
      'a tool without an effect',
      'version: 1\nservers: { a: { tools: { b: {} } } }',
      'servers.a.tools.b.effect',
      /read/,
    ],
    [
      'a pin that is none',
      'version: 1\nservers: { a: { tools: { b: { effect: read, pin: x } } } }',
      'servers.a.tools.b.pin',
      /SHA-256/,
    ],
    ['a server named core', 'version: 1\nservers: { core: {} }', 'servers.core', /cannot be a server/],
    ['a server name of no form', 'version: 1\nservers: { "A b": {} }', 'servers.A b', /lower case/],
    [
      'two names of one tool',
      'version: 1\nservers: { a: { tools: { "b.c": { effect: read }, "b c": { effect: read } } } }',
      'servers.a.tools.b c',
      /same tool/,
    ],
    [
      'a server tool under core',
      'version: 1\ncore: { a__b: { effect: read } }',
      'core.a__b',
      /not a tool of the house/,
    ],
    [
      'a referent that is not declared',
      'version: 1\nservers: { a: { tools: { b: { effect: read, arguments: { x: { refers: fil } } } } } }\nreferents: { file: { tool: a__b, query: q, id: id, title: t } }',
      'servers.a.tools.b.arguments.x.refers',
      /Did you mean "file"/,
    ],
    [
      'a referent of an undeclared tool',
      'version: 1\nservers: { a: { tools: { b: { effect: read } } } }\nreferents: { file: { tool: a__c, query: q, id: id, title: t } }',
      'referents.file.tool',
      /Did you mean "a__b"/,
    ],
    [
      'a referent that writes',
      'version: 1\nservers: { a: { tools: { b: { effect: external } } } }\nreferents: { file: { tool: a__b, query: q, id: id, title: t } }',
      'referents.file.tool',
      /only reads/,
    ],
    [
      'a date that follows nothing',
      'version: 1\nservers: { a: { tools: { b: { effect: read, arguments: { x: {}, y: { follows: { argument: z, withinMinutes: 5 } } } } } } }',
      'servers.a.tools.b.arguments.y.follows',
      /Did you mean "x"/,
    ],
    [
      'lines of a control argument',
      'version: 1\nservers: { a: { tools: { b: { effect: read, arguments: { x: { line: single } } } } } }',
      'servers.a.tools.b.arguments.x.line',
      /role: content/,
    ],
    [
      'a safe amount of money',
      'version: 1\nservers: { a: { tools: { b: { effect: money, arguments: { x: { slot: amount, safe: [5] } } } } } }',
      'servers.a.tools.b.arguments.x.safe',
      /planned or asked/,
    ],
    [
      'a default command',
      'version: 1\nservers: { a: { tools: { b: { effect: exec, arguments: { x: { default: ls } } } } } }',
      'servers.a.tools.b.arguments.x.default',
      /always asked/,
    ],
    [
      'a rule that does not compile',
      'version: 1\nrules: [{ name: a, when: "efect == 1", verdict: deny, message: m }]',
      'rules[0].when',
      /efect.*character 1/,
    ],
    [
      'a rule that allows',
      'version: 1\nrules: [{ name: a, when: "true", verdict: allow, message: m }]',
      'rules[0].verdict',
      /ask, deny|Did you mean/,
    ],
    [
      'two rules of one name',
      'version: 1\nrules: [{ name: a, when: "true", verdict: ask, message: m }, { name: a, when: "true", verdict: ask, message: m }]',
      'rules[1].name',
      /taken/,
    ],
    ['an address of no form', 'version: 1\nurls: [{ exact: nonsense }]', 'urls[0].exact', /https:/],
    ['an address of no known kind', 'version: 1\nurls: [{ hst: a.example }]', 'urls[0]', /prefix: URL/],
    [
      'a number as a referent',
      'version: 1\nservers: { a: { tools: { b: { effect: read, arguments: { x: { refers: 5 } } } } } }',
      'servers.a.tools.b.arguments.x.refers',
      /name under referents/,
    ],
    [
      'a list as a safe value',
      'version: 1\nservers: { a: { tools: { b: { effect: read, arguments: { x: { safe: [[1]] } } } } } }',
      'servers.a.tools.b.arguments.x.safe[0]',
      /texts, numbers/,
    ],
    [
      'a script as an address',
      'version: 1\nurls: [{ exact: "javascript:alert(1)" }]',
      'urls[0]',
      /not an address of the web/,
    ],
    [
      'a prefix with a query',
      'version: 1\nurls: [{ prefix: "https://a.example/?q=" }]',
      'urls[0]',
      /no query/,
    ],
    [
      'an address with a password',
      'version: 1\nurls: [{ exact: "https://u:p@a.example/" }]',
      'urls[0]',
      /password/,
    ],
    [
      'a host that is an address',
      'version: 1\nurls: [{ host: "https://a.example", learns: public }]',
      'urls[0]',
      /not a host/,
    ],
    [
      'an approval that asks for nothing',
      'version: 1\napprovals: [{ effects: [money] }]',
      'approvals[0]',
      /asks for nothing/,
    ],
    [
      'an approval for an unknown tool',
      'version: 1\napprovals: [{ tools: [a__b], fourEyes: true }]',
      'approvals[0].tools',
      /declares no tool/,
    ],
    [
      'a pattern RE2 does not know',
      'version: 1\nredaction: { patterns: [{ name: a, pattern: "(?=x)" }] }',
      'redaction.patterns[0].pattern',
      /RE2/,
    ],
    [
      'a pattern that matches nothing',
      'version: 1\nredaction: { patterns: [{ name: a, pattern: "x*" }] }',
      'redaction.patterns[0].pattern',
      /matches the empty text/,
    ],
    ['a key twice', 'version: 1\nprofile: strict\nprofile: observe', '', /unique/],
    ['an anchor', 'version: 1\nservers: { a: &x {}, b: *x }', '', /anchors/],
    ['a tag', 'version: !!str 1', '', /tags/],
    ['a tag nobody knows', 'version: !secret 1', '', /tag/],
    ['a merge key', 'version: 1\ncore: { "<<": { effect: read } }', '', /merge/],
    ['a directive', '%YAML 1.1\n---\nversion: 1\n', '', /directives/],
    ['two documents', 'version: 1\n---\nversion: 1\n', '', /document/],
    ['a hidden character', 'version: 1\nprofile: str\u200bict', '', /hidden character/],
    ['a number beyond what is exact', 'version: 1\nasksPerRequest: 9007199254740993', '', /exact/],
    ['a number that is none', 'version: .nan', '', /exact/],
    ['a prototype', 'version: 1\nservers: { __proto__: {} }', '', /not a name/],
  ];
  for (const [what, text, path, words] of wrong) {
    test(`with ${what} is refused with its place`, () => {
      const found = problems(text);
      const shown = JSON.stringify(found);
      const hit = found.find((one) => one.path === path && words.test(`${one.message} ${one.remedy}`));
      assert.ok(hit, shown);
      assert.notEqual(hit.remedy, '');
      if (path !== '') assert.ok(hit.line !== undefined && hit.column !== undefined, shown);
    });
  }

  test('shows several problems at once, in the order of the file', () => {
    const found = problems('version: 1\nprofil: strict\nasksPerRequest: 99\nnonsense: 1\n');
    assert.deepEqual(
      found.map(({ line }) => line),
      [2, 3, 4],
    );
  });

  test('that is a bomb is refused quickly', () => {
    const nested = '['.repeat(200_000);
    const aliases = `a: &a [1,1]\n${Array.from({ length: 30 }, (_, at) => `b${at}: &b${at} [*a,*a]`).join('\n')}`;
    const start = performance.now();
    for (const text of [nested, aliases, 'x'.repeat(2_000_000)]) assert.ok(problems(text).length > 0);
    assert.ok(performance.now() - start < 10_000);
  });

  test('of any bytes never throws', () => {
    const bits = fc.constantFrom(
      'version: 1\n',
      'rules:',
      ' - ',
      '{',
      '}',
      '[',
      ']',
      ': ',
      '&a',
      '*a',
      '"',
      "'",
      '|',
      '\n',
      '  ',
      'a',
      '!x',
      '\u0000',
      '%',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(bits).map((all) => all.join('')),
        ),
        (text) => {
          const parsed = parsePolicy(text);
          assert.ok(parsed.ok || parsed.problems.length > 0);
        },
      ),
      { numRuns: 500 },
    );
  });
});
