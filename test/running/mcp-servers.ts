import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { ToolList, type ToolServer } from '@bakerst/shared/api/system';
import { type BrainProcess, freePort, ROOT } from './brain-process.ts';
import { until } from './talk.ts';

/** A published server as an operator would write it in the configuration file. */
export function publishedServer(name: 'everything' | 'filesystem' | 'memory', more: object = {}) {
  return { transport: 'stdio', command: join(ROOT, `node_modules/.bin/mcp-server-${name}`), ...more };
}

/** `server-everything` behind streamable HTTP on loopback; it ends with the test. */
export async function everythingOverHttp(t: TestContext): Promise<{ readonly url: string }> {
  const manifest = createRequire(import.meta.url).resolve(
    '@modelcontextprotocol/server-everything/package.json',
  );
  const port = await freePort();
  const program = join(dirname(manifest), 'dist/index.js');
  const child = spawn(process.execPath, [program, 'streamableHttp'], {
    env: { PATH: process.env.PATH ?? '', PORT: `${port}` },
    stdio: 'ignore',
  });
  t.after(() => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}/mcp`;
  await until('the HTTP server listens', () =>
    fetch(url).then(
      () => true as const,
      () => undefined,
    ),
  );
  return { url };
}

export async function readTools(brain: BrainProcess): Promise<ToolList> {
  return ToolList.parse(await (await brain.call('/api/v1/tools')).json());
}

/** The server once it is in the state. */
export function untilServer(
  brain: BrainProcess,
  name: string,
  state: ToolServer['state'],
): Promise<ToolServer> {
  return until(`${name} is ${state}`, async () => {
    const { servers } = await readTools(brain);
    return servers.find((one) => one.server === name && one.state === state);
  });
}

/** Why real sandboxes cannot be tested here, or undefined where they can. */
export async function missingSandbox(brain: BrainProcess): Promise<string | undefined> {
  const answer = await brain.call('/api/v1/status');
  const { sandbox } = (await answer.json()) as { sandbox: { available: boolean; detail: string } };
  return sandbox.available ? undefined : `needs bubblewrap: ${sandbox.detail}`;
}

/** Kills what runs below a process and whose command line holds `part`, as the kernel would when memory is short. */
export async function killBelow(pid: number, part: string): Promise<void> {
  const found: number[] = [];
  for (const child of await descendants(pid)) {
    const line = await readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '');
    if (line.includes(part) && /^\S*node\0/.test(line)) found.push(child);
  }
  assert.ok(found.length > 0, `nothing below ${pid} runs ${part}`);
  for (const child of found) process.kill(child, 'SIGKILL');
}

async function descendants(pid: number): Promise<readonly number[]> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map<number, number>();
  for (const one of all) {
    const stat = await readFile(`/proc/${one}/stat`, 'utf8').catch(() => '');
    const parent = /\) \S (\d+)/.exec(stat)?.[1];
    if (parent !== undefined) parents.set(one, Number(parent));
  }
  const isBelow = (one: number | undefined): boolean =>
    one !== undefined && (parents.get(one) === pid || isBelow(parents.get(one)));
  return all.filter(isBelow);
}
