/**
 * Any OpenAI client can talk to the agent: a completion is a turn of it, tools and all.
 *
 *   BAKERST_URL=http://127.0.0.1:4221 BAKERST_TOKEN=bst_... node examples/openai-client.ts
 */
import assert from 'node:assert/strict';
import OpenAI from 'openai';

const { BAKERST_URL = 'http://127.0.0.1:4221', BAKERST_TOKEN = '' } = process.env;
const client = new OpenAI({ baseURL: `${BAKERST_URL}/v1`, apiKey: BAKERST_TOKEN });

const first = await client.chat.completions
  .create({
    model: 'bakerst',
    messages: [{ role: 'user', content: 'Write a note called example saying hello' }],
  })
  .withResponse();
const conversation = first.response.headers.get('bakerst-conversation') ?? '';
assert.match(conversation, /^conv_/);
console.log(first.data.choices[0]?.message.content);

// The stored conversation goes on: only the new message is sent.
const stream = await client.chat.completions.create(
  { model: 'bakerst', stream: true, messages: [{ role: 'user', content: 'Read the note example' }] },
  { headers: { 'Bakerst-Conversation': conversation } },
);
let text = '';
for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
console.log(text);
assert.match(text, /hello/);
