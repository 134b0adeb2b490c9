import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Conversation, TRUSTED } from '../testing/conversation.ts';
import { IBAN, OTHER_IBAN, pay } from '../testing/office-calls.ts';
import { guardOf, OFFICE, officeGuard } from '../testing/office-policy.ts';

const OWN = { structured: { accounts: [{ iban: OTHER_IBAN }] }, label: TRUSTED };
const FROM_OWN = pay(IBAN, 100, { sender: OTHER_IBAN });
const ASKED = 'ask: unproven-value';

describe('an authoritative field', () => {
  const read = { tool: 'bank__own_account', effect: 'read', arguments: {} } as const;
  const talk = Conversation.of(officeGuard(), `Pay 100 to ${IBAN}.`);

  test('counts in a result of the definition that was accepted, of that server', () => {
    assert.equal(talk.does(read, OWN).decides(FROM_OWN), 'allow');
    assert.equal(talk.does({ ...read, pin: 'b'.repeat(64) }, OWN).decides(FROM_OWN), ASKED);
    assert.equal(talk.does({ ...read, server: 'office' }, OWN).decides(FROM_OWN), ASKED);
  });

  describe('of a read whose arguments choose', () => {
    const tools = OFFICE.servers.bank.tools;
    const account = { ...tools.own_account, arguments: { holder: {}, from: { default: null } } };
    const bank = { ...OFFICE.servers.bank, tools: { ...tools, own_account: account } };
    const guard = guardOf({ ...OFFICE, servers: { ...OFFICE.servers, bank } });
    const of = (holder: string) => ({ ...read, arguments: { holder, from: null } });
    const asks = Conversation.of(guard, `Pay 100 to ${IBAN} from the account of "Ann Smith".`);

    test('counts where nothing untrusted was read before it', () => {
      assert.equal(asks.does(of('Mallory'), OWN).decides(FROM_OWN), 'allow');
    });

    test('counts under taint only where the person named or approved them', () => {
      const tainted = asks.reads('Look at the account of Mallory.');
      assert.equal(tainted.does(of('Mallory'), OWN).decides(FROM_OWN), ASKED);
      assert.equal(tainted.does(of('Ann Smith'), OWN).decides(FROM_OWN), 'allow');
    });
  });
});

describe('a maximum', () => {
  const asks = (amount: unknown, said: string) =>
    Conversation.of(officeGuard(), `Pay ${said} to ${IBAN}.`).reads('x').decides(pay(IBAN, amount));

  test('holds for the number that a text says', () => {
    assert.equal(asks('4,000', '4,000'), 'allow');
    assert.equal(asks('9,000', '9,000'), ASKED);
    assert.equal(asks(9_000, '9,000'), ASKED);
  });

  test('is exceeded by what is no number', () => {
    assert.equal(asks('1,00', '1,00'), ASKED);
    assert.equal(asks(`1${'0'.repeat(50)}`, `1${'0'.repeat(50)}`), ASKED);
  });
});
