import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { StdioMcpServer } from '@bakerst/shared/settings';
import { worldServer } from '@bakerst/testkit/hostile-mcp/hostile-server';
import { temporaryFolder } from '../running/brain-process.ts';
import { passes, stops } from './stack-rig/fixtures.ts';
import { OFFICE, OFFICE_POLICY } from './stack-rig/office.ts';
import { type Call, json, openStack, type Stack, tell } from './stack-rig/stack.ts';

const IN_ENV = 'office-token-5f5e100-N0b0dyMayRead';
const IN_FILE = 'bound-value-9c1d7e-F0rThePaymentsAl0ne';
const WORDS = 'Send a mail to ann@example.com.';

function mail(body: unknown): Call {
  return ['office__send_mail', { to: ['ann@example.com'], subject: 'Hello', body }];
}

/** How somebody might write a secret that must not be seen. */
const FORMS: Readonly<Record<string, (secret: string) => unknown>> = {
  'as it is': (secret) => secret,
  'within words': (secret) => `Dear Ann, it is ${secret}, regards`,
  'as base64': (secret) => Buffer.from(secret).toString('base64'),
  'as base64 within a longer text': (secret) => Buffer.from(`xy ${secret} z`).toString('base64'),
  'as base64 for addresses': (secret) => Buffer.from(secret).toString('base64url'),
  'as base64 twice': (secret) => Buffer.from(Buffer.from(secret).toString('base64')).toString('base64'),
  'as hex': (secret) => Buffer.from(secret).toString('hex'),
  'for an address': (secret) => [...secret].map((one) => `%${one.charCodeAt(0).toString(16)}`).join(''),
  reversed: (secret) => [...secret].reverse().join(''),
  'with blanks': (secret) => [...secret].join(' '),
  'in pieces': (secret) => [secret.slice(0, 12), secret.slice(12)],
  'as a name': (secret) => ({ [secret]: 1 }),
};

/** Everything that was written down or answered. */
async function everywhere({ brain, console, model }: Stack, turn: string): Promise<string> {
  const conversations = await json(console, '/api/v1/conversations');
  const paths = [`/api/v1/turns/${turn}`, '/api/v1/approvals', '/api/v1/tools', '/api/v1/status'];
  const answers = await Promise.all(paths.map((path) => json(console, path)));
  const names = await readdir(brain.home, { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    names
      .filter((entry) => entry.isFile() && entry.name !== 'cli-token')
      .map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')),
  );
  const told = model.asked().map(({ body }) => body);
  return JSON.stringify([conversations, answers, told, brain.output()]) + files.join('\n');
}

test('secrets in the arguments of a call', async (t) => {
  const file = join(await temporaryFolder(t), 'token');
  await writeFile(file, IN_FILE, { mode: 0o600 });
  const more: Partial<StdioMcpServer> = {
    unconfined: true,
    env: { OFFICE_TOKEN: 'env:OFFICE_TOKEN' },
    secrets: { 'pay.note': `file:${file}` },
  };
  const stack = await openStack(t, {
    servers: { office: (folder) => worldServer(OFFICE, folder, more) },
    policy: { servers: { office: OFFICE_POLICY } },
    env: { OFFICE_TOKEN: IN_ENV },
  });
  const pay: Call = ['office__pay', { recipient: 'FR1420041010050500013M02606', amount: 50 }];

  await t.test('a bound one comes to its argument, and no step holds it', async () => {
    const words = 'Pay 50 to FR1420041010050500013M02606.';
    const told = await passesWithSecret(stack, words, pay);
    assert.ok(!(await everywhere(stack, told)).includes(IN_FILE));
  });

  for (const name of ['env:OFFICE_TOKEN', `file:${file}`, file])
    await t.test(`the name of one: ${name.startsWith('/') ? 'its path' : name.slice(0, 5)}`, async () => {
      const { verdict, rules } = await stops(stack, { words: WORDS, calls: [mail(`Take ${name} please`)] });
      assert.deepEqual([verdict.decision, ...rules], ['deny', 'leak']);
    });

  for (const [where, secret] of Object.entries({ environment: IN_ENV, file: IN_FILE }))
    for (const [form, write] of Object.entries(FORMS))
      await t.test(`one of the ${where} ${form}`, async () => {
        const { verdict, rules } = await stops(stack, { words: WORDS, calls: [mail(write(secret))] });
        assert.deepEqual([verdict.decision, ...rules], ['deny', 'leak']);
      });

  await t.test('nothing of them is written down: no step, no audit event, no log, no answer', async () => {
    const { told } = await stops(stack, { words: WORDS, calls: [mail(IN_ENV)] });
    const text = await everywhere(stack, told.turn.id);
    for (const secret of [IN_ENV, IN_FILE])
      for (const form of ['as it is', 'as base64', 'as hex'])
        assert.ok(
          !text.includes(String(FORMS[form]?.(secret))),
          `${form}: ${around(text, String(FORMS[form]?.(secret)))}`,
        );
  });

  await t.test('what only looks like a word of them passes', async () => {
    await passes(stack, { words: WORDS, calls: [mail('The office token is in the env of the server.')] });
  });
});

/** The call runs, and the house puts in what nobody said. */
async function passesWithSecret(stack: Stack, words: string, call: Call): Promise<string> {
  const told = await tell(stack, words, [call]);
  assert.deepEqual(
    (await stack.arrived('office')).at(-1),
    { tool: 'pay', arguments: { ...(call[1] as object), note: IN_FILE } },
    JSON.stringify(told.verdicts),
  );
  return told.turn.id;
}

function around(text: string, part: string): string {
  const at = text.indexOf(part);
  return text.slice(Math.max(0, at - 200), at + 10);
}
