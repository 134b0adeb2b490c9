/**
 * A call that a person must decide: sends a message, shows the card of what is asked, and approves exactly that call.
 *
 * The token that talks and the token that decides are two: `approve` is in no other scope, and the CLI's token lacks it.
 * Make one in the console, under Access. A rule has to ask; put this into policy.yaml of the data folder:
 *
 *   rules:
 *     - name: look-at-this-note
 *       when: tool == "write_note" && args.title == "decided"
 *       verdict: ask
 *       message: A person looks at notes of this title.
 *
 *   BAKERST_TOKEN=bst_... BAKERST_APPROVER_TOKEN=bst_... node examples/decide-an-approval.ts
 */
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';

const {
  BAKERST_URL = 'http://127.0.0.1:4221',
  BAKERST_TOKEN = '',
  BAKERST_APPROVER_TOKEN = '',
} = process.env;

async function call(path: string, token: string, body?: unknown) {
  const response = await fetch(`${BAKERST_URL}/api/v1${path}`, {
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    // A message is answered once its turn has ended or waits for a person.
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', prefer: 'wait=20' },
  });
  const text = await response.text();
  assert.ok(response.ok, text);
  return JSON.parse(text);
}

const words = 'Write a note called decided saying hello';
const said = await call('/messages', BAKERST_TOKEN, { parts: [{ type: 'words', text: words }] });
assert.equal(said.turn.status, 'parked', 'Nothing was asked: is the rule in the policy?');

// Each reading is a showing: its nonce serves one decision of the same token, within 15 minutes.
const approval = await call(`/approvals/${said.approval}`, BAKERST_APPROVER_TOKEN);
const { card, reasons } = approval.decided.verdict;
console.log(card.title);
for (const { name, value, origin } of card.values) console.log(`  ${name}: ${value}   (${origin})`);
for (const { message } of reasons) console.log(`  asked because: ${message}`);
assert.deepEqual(
  card.values.map(({ value }: { readonly value: string }) => value),
  ['decided', 'hello'],
);

// Who talks cannot decide.
const refused = await fetch(`${BAKERST_URL}/api/v1/approvals/${said.approval}/decision`, {
  method: 'POST',
  headers: { authorization: `Bearer ${BAKERST_TOKEN}`, 'content-type': 'application/json' },
  body: JSON.stringify({ decision: 'approved', digest: approval.digest, nonce: approval.nonce }),
});
assert.equal(refused.status, 403);

// The digest names the very call that was shown; any other one is refused.
await call(`/approvals/${said.approval}/decision`, BAKERST_APPROVER_TOKEN, {
  decision: 'approved',
  digest: approval.digest,
  nonce: approval.nonce,
  reason: 'It says what I asked for.',
});
const deadline = Date.now() + 20_000;
let turn = await call(`/turns/${said.turn.id}`, BAKERST_TOKEN);
while (turn.status !== 'completed' && Date.now() < deadline) {
  await setTimeout(50);
  turn = await call(`/turns/${said.turn.id}`, BAKERST_TOKEN);
}
assert.equal(turn.status, 'completed');
assert.equal((await call(`/approvals/${said.approval}`, BAKERST_APPROVER_TOKEN)).status, 'consumed');
console.log('The call ran once.');
