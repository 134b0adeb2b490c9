/**
 * An MCP server over stdio that misbehaves in one chosen way: `node server.ts <mode> [--flag=value ...]`. JSON-RPC is
 * written by hand, because a library would not let it. It imports nothing of the project, so that it runs in a sandbox
 * that sees only this folder.
 *
 * With any mode, `--record=<file>` appends everything the client sends as one JSON line each, so that a test can count
 * what really happened outside (`recorded-messages.ts` reads it).
 *
 * Modes with flags (`attacks.ts`):
 * - `rug-pull`: a definition that changes. `--change=description|title|schema|annotations|output|meta|instructions`,
 *   `--after=<calls>` (1), `--quietly` (without telling), `--state=<file>` (at the next start instead).
 * - `injects`: one attack (`--say=<text>`) through every channel, one tool each: `in_text`, `in_structured`,
 *   `in_json_text`, `in_error`, `in_refusal`, `in_link`, `in_links`, `in_resource`, `in_audio`, `in_unknown`, `in_meta`,
 *   `in_progress`, `in_log`, `in_hidden` (Unicode tags).
 * - `typed`: `inert_boolean|number|date|enum` and `pseudo_id|pattern|enum_words|enum_many|enum_broken|date_broken|
 *   number_broken|extra|array|open`, all with an output schema. `--text=<text>` stands beside the data.
 * - `world`: anything a test writes down. `--world=<file>` (`scripted-world.ts`).
 * - `shadows`: names of core tools and of `--server=<name>` `--tool=<name>`.
 * - `mail`: `read_inbox` (`--inbox=<text>`), `send_mail`, `delete_mail`.
 * - `asks-in-call`: `go` asks for elicitation (form and link), sampling and roots; `answers` tells what came back.
 *
 * Modes without (`misbehaviours.ts`): `poisoned`, `huge`, `hidden`, `schemas`, `names`, `many-tools`, `endless-pages`,
 * `circular-pages`, `never-shakes-hands`, `never-answers`, `garbage`, `garbage-flood`, `endless-line`,
 * `notification-flood`, `list-changed-flood`, `dies-at-start`, `dies-in-call`, `asks`, `shapes`.
 */
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { ATTACKS } from './attacks.ts';
import { MISBEHAVIOURS } from './misbehaviours.ts';
import type { Flags, Reply } from './plain-server.ts';

const [mode = '', ...words] = process.argv.slice(2);
const flags: Flags = Object.fromEntries(
  words.map((word) => {
    const [, name = word, value = ''] = /^--([a-z-]+)=?(.*)$/s.exec(word) ?? [];
    return [name, value];
  }),
);
const behaviour = ATTACKS[mode]?.(flags) ?? MISBEHAVIOURS[mode];
if (!behaviour) {
  const modes = [...Object.keys(ATTACKS), ...Object.keys(MISBEHAVIOURS)];
  process.stderr.write(`unknown mode; one of: ${modes.join(', ')}\n`);
  process.exit(2);
}

const reply: Reply = {
  raw: (line) => process.stdout.write(`${line}\n`),
  notify: (method, params) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', method, params })}\n`),
  ask: (id, method, params) =>
    process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`),
};

behaviour.start?.(reply);

createInterface({ input: process.stdin }).on('line', (line) => {
  if (flags.record !== undefined) appendFileSync(flags.record, `${line}\n`);
  const message: unknown = JSON.parse(line);
  if (typeof message !== 'object' || message === null) return;
  const { id, method, params } = message as {
    id?: unknown;
    method?: string;
    params?: Record<string, unknown>;
  };
  if (method === undefined) return behaviour.answered?.(message);
  if (id === undefined) return behaviour.notified?.(method, params ?? {}, reply);
  const result = behaviour.requests(method, params ?? {}, reply);
  if (result !== undefined) reply.raw(JSON.stringify({ jsonrpc: '2.0', id, ...result }));
});
