import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Policy } from '@bakerst/shared/policy';
import { policyWords } from './policy-words.ts';

const wordsOf = (policy: Record<string, unknown>) =>
  new Map(
    policyWords(Policy.parse({ version: 1, ...policy })).map(({ title, lines }) => [title, lines.join('\n')]),
  );

test('an empty policy says its profile and nothing else', () => {
  const words = wordsOf({});
  assert.deepEqual([...words.keys()], ['Profile: balanced']);
  assert.match(words.get('Profile: balanced') ?? '', /After 3 questions/);
});

test('every part of a policy has its sentence', () => {
  const words = wordsOf({
    profile: 'autonomous',
    detector: false,
    servers: {
      bank: {
        clearance: 'secret',
        tools: {
          pay: {
            effect: 'money',
            arguments: {
              to: { slot: 'recipient' },
              amount: { max: 100, type: 'number' },
              note: { role: 'content', line: 'single', default: null },
              copy: { safe: [false] },
              until: { follows: { argument: 'day', withinMinutes: 30 } },
              event: { refers: 'event' },
            },
            results: { integrity: 'trusted', confidentiality: 'secret', authoritative: { iban: ['sender'] } },
            idempotent: true,
          },
        },
      },
    },
    core: { write_note: { effect: 'external' } },
    referents: { event: { tool: 'cal__search', query: 'q', id: 'id', title: 'name' } },
    constants: [{ value: 'ann@example.com', slots: ['recipient', 'email'], note: 'our Ann' }],
    urls: [
      { exact: 'https://a.example/' },
      { prefix: 'https://b.example/docs/' },
      { host: 'c.example', learns: 'public' },
    ],
    rules: [{ name: 'no-friday', when: 'true', verdict: 'deny', message: 'Not today.' }],
    approvals: [{ effects: ['money'], fourEyes: true, stepUp: true }],
    redaction: { patterns: [{ name: 'badge', pattern: 'B-[0-9]+' }] },
  });
  const all = [...words].flat().join('\n');
  for (const part of [
    /detector is off/,
    /Server bank\nIt may learn everything, secrets too\.\npay moves money\./,
    /to decides \(recipient\);/,
    /amount decides, at most 100;/,
    /note is what is said, in one line, may be left out \(null\);/,
    /safe as false/,
    /within 30 minutes after day/,
    /names a event/,
    /Its results are trusted\. Its results are secret\. Of its results iban counts as sender\./,
    /Every other tool of it is unknown: external, and asked\./,
    /write_note reaches other people/,
    /A event is found with cal__search \(q\), by its name\./,
    /"ann@example\.com" counts like your own words as recipient and email \(our Ann\)\./,
    /https:\/\/a\.example\/, exactly\./,
    /Everything below https:\/\/b\.example\/docs\/, without a query\./,
    /All of c\.example, which may learn only what is public\./,
    /no-friday: denied when true\. Not today\./,
    /money is decided by a second person and somebody who has signed in just now\./,
    /badge: B-\[0-9\]\+/,
  ]) {
    assert.match(all, part);
  }
});
