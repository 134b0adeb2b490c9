import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const CALL = {
  model: 'm',
  max_tokens: 10,
  stream: true,
  messages: [{ role: 'user', content: 'go' }],
};

async function startChild(args: readonly string[]): Promise<{ child: ChildProcess; origin: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { origin } = JSON.parse(String(line)) as { readonly origin: string };
  return { child, origin };
}

function post(url: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}

test('as a process of its own it prints its address, answers with a constant, and ends on SIGTERM', async () => {
  const { child, origin } = await startChild(['--format', 'anthropic', '--reply', 'Constant words.']);
  try {
    const streamed = await (await post(`${origin}/v1/messages`, CALL)).text();
    assert.match(streamed, /"text":"Constant "/);
    assert.match(streamed, /event: message_stop\n/);
    const whole = await post(`${origin}/v1/messages`, { ...CALL, stream: false });
    assert.match(await whole.text(), /"text":"Constant words\."/);
    const models = await fetch(`${origin}/v1/models`);
    assert.match(await models.text(), /"id":"scripted"/);
  } finally {
    child.kill('SIGTERM');
  }
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
});

test('as a process of its own it calls a tool first and answers once the result is back', async () => {
  const { child, origin } = await startChild(['--tool', 'get_time', '--arguments', '{"zone":"UTC"}']);
  try {
    const url = `${origin}/v1/chat/completions`;
    const first = await (await post(url, CALL)).text();
    assert.match(first, /"name":"get_time"/);
    const call = { id: 'a', type: 'function', function: { name: 'get_time', arguments: '{}' } };
    const messages = [
      ...CALL.messages,
      { role: 'assistant', tool_calls: [call] },
      { role: 'tool', tool_call_id: 'a', content: 'noon' },
    ];
    const second = await (await post(url, { ...CALL, messages })).text();
    assert.match(second, /Hello /);
  } finally {
    child.kill('SIGTERM');
  }
  await once(child, 'exit');
});
