/**
 * A client of our own API in plain fetch: sends a message, prints the answer as it streams, and checks what it got.
 *
 *   BAKERST_URL=http://127.0.0.1:4221 BAKERST_TOKEN=bst_... node examples/stream-an-answer.ts "What time is it?"
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

const { BAKERST_URL = 'http://127.0.0.1:4221', BAKERST_TOKEN = '' } = process.env;
const [question = 'What time is it?'] = process.argv.slice(2);

const response = await fetch(`${BAKERST_URL}/api/v1/messages`, {
  method: 'POST',
  headers: {
    authorization: `Bearer ${BAKERST_TOKEN}`,
    'content-type': 'application/json',
    accept: 'text/event-stream',
    // The same key makes a retry the same turn: nothing is asked or done twice.
    'idempotency-key': randomUUID(),
  },
  body: JSON.stringify({ parts: [{ type: 'words', text: question }] }),
});
assert.equal(response.status, 200, await (response.ok ? '' : response.text()));
assert.ok(response.body);

let status = '';
let buffered = '';
for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
  buffered += chunk;
  const frames = buffered.split('\n\n');
  buffered = frames.pop() ?? '';
  for (const frame of frames) {
    const data = frame.split('\n').find((line) => line.startsWith('data: '));
    if (!data) continue;
    const event = JSON.parse(data.slice('data: '.length));
    if (event.type === 'delta' && event.channel === 'text') process.stdout.write(event.text);
    if (event.type === 'step' && event.step.type === 'turn_ended') status = event.step.status;
  }
}
process.stdout.write('\n');
assert.equal(status, 'completed');
