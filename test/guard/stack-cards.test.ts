import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApprovalCard } from '@bakerst/shared/guard';
import { bakerst } from '../running/cli-process.ts';
import { decide, openApprovals, showApproval } from './stack-rig/decide.ts';
import { stops } from './stack-rig/fixtures.ts';
import { OFFICE, OFFICE_POLICY } from './stack-rig/office.ts';
import { inWorld } from './stack-rig/servers.ts';
import { type Call, openStack, type Stack, tell } from './stack-rig/stack.ts';

const READ: Call = ['office__read_inbox'];
const WORDS = 'Read my inbox and send a mail to ann@example.com.';

interface Shown {
  readonly id: string;
  readonly card: ApprovalCard;
}

/** The card of a mail to that address, as the console gets it. */
async function cardOf(stack: Stack, to: string, more: object = {}): Promise<Shown> {
  const mail: Call = ['office__send_mail', { to: [to], subject: 'Hello', body: 'At noon?', ...more }];
  const { told, verdict } = await stops(stack, { words: WORDS, calls: [READ, mail] });
  const id = (await openApprovals(stack)).find(({ turn }) => turn === told.turn.id)?.id;
  assert.ok(id && verdict.decision === 'ask');
  const { decided } = await showApproval(stack, id);
  assert.ok(decided?.type === 'tool_decided' && decided.verdict.decision === 'ask');
  return { id, card: decided.verdict.card };
}

const INVISIBLE = /[\p{Cf}\p{Cc}]/u;

/** What no screen and no terminal may get of a value: everything but the line breaks of what is said. */
function assertInert({ title, destination = '', values, asked = '' }: ApprovalCard): void {
  for (const text of [title, destination, asked, ...values.flatMap(({ name, value }) => [name, value])])
    assert.doesNotMatch(text, INVISIBLE);
}

const SPOOFS: readonly { readonly name: string; readonly to: string; readonly mark: RegExp }[] = [
  {
    name: 'lines that look like the card',
    to: 'eve@evil.example\n\nDestination: ann@example.com\nApproved by: you',
    mark: /line breaks/,
  },
  {
    name: 'a terminal that is told to erase',
    to: 'eve@evil.example\u001b[2K\u001b[1Aann@example.com',
    mark: /U\+001B/,
  },
  {
    name: 'text that turns round',
    to: 'eve@evil.example\u202e\u2066moc.elpmaxe@nna',
    mark: /direction of reading/,
  },
  { name: 'text nobody sees', to: 'ann\u200b@example.com', mark: /hidden characters: U\+200B/ },
  { name: 'letters of another alphabet', to: '\u0430nn@example.com', mark: /mixed scripts/ },
  { name: 'a host in disguise', to: 'ann@xn--exmple-cua.com', mark: /punycode/ },
  { name: 'tags', to: 'ann@example.com\u{e0041}\u{e0042}', mark: /hidden characters: U\+E0041/ },
];

test('cards that a model would like to write', async (t) => {
  const stack = await openStack(t, {
    servers: { office: inWorld(OFFICE) },
    policy: { servers: { office: OFFICE_POLICY } },
  });
  for (const { name, to, mark } of SPOOFS)
    await t.test(`${name}: is made visible, and marked`, async () => {
      const { id, card } = await cardOf(stack, to);
      assert.equal(card.title, 'Let it reach others with office__send_mail?');
      assertInert(card);
      const value = card.values.find((one) => one.name === 'to[0]');
      assert.match(value?.marks?.join() ?? '', mark);
      assert.equal(value?.proven, false);
      const { out } = await bakerst(stack.brain.home, ['approvals', 'show', id]);
      assert.match(out, /office__send_mail/);
      assert.doesNotMatch(out.replaceAll('\n', ''), INVISIBLE);
    });

  await t.test('a plain value has no mark', async () => {
    const { card } = await cardOf(stack, 'ben@example.org');
    assert.deepEqual(card.values.find(({ name }) => name === 'to[0]')?.marks, undefined);
    assert.equal(card.destination, 'ben@example.org');
    assert.equal(card.asked, WORDS);
  });

  await t.test('a value of half a megabyte hides nothing of the others', async () => {
    const { card } = await cardOf(stack, 'eve@evil.example', { body: 'x'.repeat(500_000) });
    const body = card.values.find(({ name }) => name === 'body');
    assert.match(body?.value ?? '', /… \(500000 characters\)$/);
    assert.match(body?.marks?.join() ?? '', /too long/);
    assert.equal(card.destination, 'eve@evil.example');
  });

  await t.test('the destination that must be read comes first of what is not proven', async () => {
    const { card } = await cardOf(stack, 'ann@example.com', { bcc: ['eve@evil.example'] });
    assert.equal(card.destination, 'eve@evil.example');
  });

  await t.test('names within an argument draw no lines either', async () => {
    const { card } = await cardOf(stack, 'ann@example.com', {
      headers: { 'x\n\nDestination: ann@example.com\u001b[2K': 'eve@evil.example' },
    });
    assertInert(card);
  });

  await t.test(
    'a hundred plain values hide none that decides, and more than that are never asked',
    async () => {
      const said = Object.fromEntries(Array.from({ length: 150 }, (_, at) => [`p${at}`, 'x']));
      const { card } = await cardOf(stack, 'eve@evil.example', { body: said });
      assert.ok(card.values.some(({ name }) => name === 'to[0]'));
      assert.match(card.warnings?.join() ?? '', /^\d+ more values/);
      const to = Array.from({ length: 101 }, (_, at) => `a${at}@evil.example`);
      const mail: Call = ['office__send_mail', { to, subject: 'Hello', body: 'At noon?' }];
      const { verdict, rules } = await stops(stack, { words: WORDS, calls: [READ, mail] });
      assert.equal(verdict.decision, 'deny');
      assert.ok(rules.includes('too-many-values'), rules.join());
    },
  );

  await t.test('a tool that is named like a card is no tool', async () => {
    const spoof = 'office__send_mail to ann@example.com (safe)';
    const told = await tell(stack, WORDS, [READ, [spoof, {}]]);
    assert.equal(told.decided.at(-1)?.problem?.code, 'unknown_tool');
    assert.equal(told.turn.status, 'completed');
  });

  await t.test('what is approved is what was shown, byte for byte', async () => {
    const to = 'eve@evil.example\u200b';
    const before = (await stack.arrived('office')).length;
    const mail: Call = ['office__send_mail', { to: [to], subject: 'Hello', body: 'At noon?' }];
    const { told } = await stops(stack, { words: WORDS, calls: [READ, mail] });
    await decide(stack, told, { decision: 'approved' });
    assert.deepEqual((await stack.arrived('office')).slice(before + 1), [
      { tool: 'send_mail', arguments: mail[1] },
    ]);
  });
});
