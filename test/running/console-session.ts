import assert from 'node:assert/strict';
import type { BrainProcess } from './brain-process.ts';
import { until } from './talk.ts';

/** A browser that is logged in, seen from its requests. */
export interface ConsoleSession {
  readonly code: string;
  readonly cookie: string;
  call(path: string, init?: RequestInit): Promise<Response>;
}

/** Logs in with the one-time link that the start printed. */
export async function openConsole(brain: BrainProcess): Promise<ConsoleSession> {
  const code = await until('the login link is printed', () => /#code=(\S+)/.exec(brain.output())?.[1]);
  const json = { 'content-type': 'application/json', origin: brain.origin };
  const login = await fetch(`${brain.origin}/api/v1/auth/login`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ code }),
  });
  assert.equal(login.status, 200, await login.clone().text());
  const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
  return {
    code,
    cookie,
    call: (path, init = {}) => {
      const headers = new Headers(init.headers);
      headers.set('cookie', cookie);
      headers.set('origin', brain.origin);
      if (typeof init.body === 'string') headers.set('content-type', 'application/json');
      return fetch(`${brain.origin}${path}`, { ...init, headers });
    },
  };
}
