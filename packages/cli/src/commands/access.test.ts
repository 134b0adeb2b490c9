import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ApiRequest } from '../http-door.ts';
import { AT, commandNamed, runCommand } from '../rig/scripted-brain.ts';
import { accessCommands } from './access.ts';

const run = (path: string, args: readonly string[], answer: (request: ApiRequest) => unknown) =>
  runCommand(commandNamed(accessCommands, path), { args }, answer);

describe('a login link', () => {
  const url = 'http://127.0.0.1:1/login#code=bsl_x';
  const link = (scopes: readonly string[]) => ({ url, expiresAt: AT, scopes });

  test('stands alone on stdout, and what it does not give beside it', async () => {
    const { out, notes } = await run('login-link', [], () => link(['chat', 'admin']));
    assert.equal(out, `${url}\n`);
    assert.match(notes, /Without config, approve, .*which this token lacks/);
  });

  test('of a token with every scope says nothing of that', async () => {
    const all = ['chat', 'config', 'admin', 'approve', 'speaks-for-user', 'operator-prompt', 'metrics'];
    assert.doesNotMatch((await run('login-link', [], () => link(all))).notes, /Without/);
  });
});
