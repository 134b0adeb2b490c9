import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, type TestContext, test } from 'node:test';
import type { Status } from '@bakerst/shared/api/system';
import { ApiClient } from '../api-client.ts';
import type { CliParts } from '../command.ts';
import { cliError } from '../errors.ts';
import { createHttpDoor } from '../http-door.ts';
import { chooseProfile } from '../profile.ts';
import { checkBudget, checkClock, checkModel, checkStore, checkToolServers } from './brain-checks.ts';
import type { Check } from './check.ts';
import { checkConfigFile } from './config-check.ts';
import { examine } from './examine.ts';
import { checkAddressFile, checkDataFolder } from './machine-checks.ts';

function setUp(t: TestContext): { home: string; parts: CliParts } {
  const home = mkdtempSync(join(tmpdir(), 'bakerst-doctor-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const profile = chooseProfile({ env: {}, userHome: '/', home, allowHttp: false, isAlive: () => false });
  const parts: CliParts = {
    profile,
    terminal: {
      out: () => undefined,
      note: () => undefined,
      paint: (_style, text) => text,
      interactive: false,
      columns: 80,
    },
    stdin: Readable.from([]),
    env: { PATH: process.env.PATH, BAKERST_PORT: '0' },
    now: Date.now,
    newKey: () => 'key',
    signal: t.signal,
    version: '0.0.0',
    api: () => {
      const { url, token, whyNot } = profile;
      if (url === undefined)
        throw cliError({ code: 'cli_unreachable', message: String(whyNot), remedy: 'Start it.' });
      return new ApiClient(createHttpDoor({ baseUrl: url, token, fetch, signal: t.signal }), url);
    },
  };
  return { home, parts };
}

async function look(check: Check, parts: CliParts, status?: Status) {
  return check({ parts, status, unreachable: undefined, clockSkewMs: undefined });
}

describe('doctor', () => {
  test('examines what there is when the brain is down, each failure with a remedy', async (t) => {
    const { parts } = setUp(t);
    const results = await examine(parts, { completion: true });
    const brain = results.find((result) => result.name === 'brain');
    assert.equal(brain?.status, 'fail');
    for (const result of results) if (result.status !== 'ok') assert.ok(result.remedy, result.name);
  });

  test('finds what others can read, and makes it private without following links', async (t) => {
    const { home, parts } = setUp(t);
    const outside = join(mkdtempSync(join(tmpdir(), 'bakerst-outside-')), 'file');
    writeFileSync(outside, '', { mode: 0o644 });
    t.after(() => rmSync(join(outside, '..'), { recursive: true }));
    chmodSync(home, 0o755);
    writeFileSync(join(home, 'cli-token'), 'x', { mode: 0o644 });
    mkdirSync(join(home, 'logs'), { mode: 0o755 });
    symlinkSync(outside, join(home, 'link'));
    const [found] = await look(checkDataFolder, parts);
    assert.equal(found?.status, 'fail');
    assert.match(found?.detail ?? '', /cli-token/);
    await found?.fix?.();
    assert.equal(statSync(home).mode & 0o777, 0o700);
    assert.equal(statSync(join(home, 'cli-token')).mode & 0o777, 0o600);
    assert.equal(statSync(outside).mode & 0o777, 0o644);
    assert.equal((await look(checkDataFolder, parts))[0]?.status, 'ok');
  });

  test('makes a data folder that is missing', async (t) => {
    const { home, parts } = setUp(t);
    rmSync(home, { recursive: true });
    const [found] = await look(checkDataFolder, parts);
    assert.equal(found?.status, 'warn');
    await found?.fix?.();
    assert.equal(statSync(home).mode & 0o777, 0o700);
  });

  test('does not wait for ever for a data folder that cannot be made', async (t) => {
    const { parts } = setUp(t);
    const nowhere = { ...parts, profile: { ...parts.profile, home: '/proc/nowhere/deep' } };
    const [found] = await look(checkDataFolder, nowhere);
    assert.ok(found?.fix);
    await assert.rejects(found.fix(), { code: 'ENOENT' });
  });

  test('clears away the address of a brain that is gone', async (t) => {
    const { home, parts } = setUp(t);
    writeFileSync(join(home, 'brain.json'), '{"url":"http://127.0.0.1:1","pid":1}');
    const [found] = await look(checkAddressFile, parts);
    assert.equal(found?.status, 'warn');
    await found?.fix?.();
    assert.deepEqual(await look(checkAddressFile, parts), []);
  });

  test('names the setting that is wrong in the configuration file', async (t) => {
    const { home, parts } = setUp(t);
    assert.equal((await look(checkConfigFile, parts))[0]?.status, 'ok');
    writeFileSync(join(home, 'config.json'), '{"budget":{"monthlyLimitUsd":"ten"}}');
    assert.match((await look(checkConfigFile, parts))[0]?.detail ?? '', /budget\.monthlyLimitUsd/);
    writeFileSync(join(home, 'config.json'), '{"budget":');
    assert.equal((await look(checkConfigFile, parts))[0]?.status, 'fail');
    writeFileSync(join(home, 'config.json'), '{"budget":{"monthlyLimitUsd":3}}');
    assert.equal((await look(checkConfigFile, parts))[0]?.status, 'ok');
  });

  test('says in red that a tool server runs without walls', async (t) => {
    const { parts } = setUp(t);
    const [unconfined, failed] = await look(checkToolServers, parts, {
      ...HEALTHY,
      toolServers: [
        { ...SERVER, confinement: 'unconfined' },
        { ...SERVER, state: 'backing_off', lastError: 'exited with 1' },
      ],
    });
    assert.equal(unconfined?.alarming, true);
    assert.match(unconfined?.detail ?? '', /UNCONFINED/);
    assert.match(failed?.detail ?? '', /exited with 1/);
    assert.equal(failed?.status, 'warn');
  });

  test('judges store, audit, model, budget and clock by what the brain says', async (t) => {
    const { parts } = setUp(t);
    const states = async (check: Check, status: Status) =>
      (await look(check, parts, status)).map((r) => r.status);
    assert.deepEqual(await states(checkStore, HEALTHY), ['ok', 'ok']);
    const broken: Status = {
      ...HEALTHY,
      store: { ...HEALTHY.store, ok: false, detail: 'damaged' },
      audit: { ...HEALTHY.audit, lastError: 'disk full' },
      model: { ref: 'demo/demo', state: 'ready', demo: true },
      budget: { ...HEALTHY.budget, blocked: true },
    };
    assert.deepEqual(await states(checkStore, broken), ['fail', 'fail']);
    assert.deepEqual(await states(checkModel, HEALTHY), ['ok']);
    assert.deepEqual(await states(checkModel, broken), ['warn']);
    assert.deepEqual(await states(checkBudget, HEALTHY), ['ok']);
    assert.deepEqual(await states(checkBudget, broken), ['fail']);
    const skewed = await checkClock({
      parts,
      status: HEALTHY,
      unreachable: undefined,
      clockSkewMs: 3_600_000,
    });
    assert.equal(skewed[0]?.status, 'warn');
  });
});

const SERVER: Status['toolServers'][number] = {
  server: 'files',
  transport: 'stdio',
  state: 'ready',
  toolCount: 3,
  confinement: 'sandboxed',
  restarts: 0,
  since: '2026-11-22T10:00:00.000Z',
  origin: 'file',
};
const HEALTHY: Status = {
  version: '0.1.0',
  startedAt: '2026-11-22T10:00:00.000Z',
  node: 'v24.21.0',
  dataFolder: '/data',
  turns: { queued: 0, running: 0, parked: 0 },
  store: { ok: true, detail: 'intact', bytes: 1, schemaVersion: 1 },
  audit: { assurance: 'not tamper-evident', waiting: 0 },
  budget: {
    key: 'global:2026-11',
    limitMicros: 10_000_000,
    spentMicros: 0,
    reservedMicros: 0,
    blocked: false,
  },
  model: { ref: 'anthropic/x', state: 'ready', demo: false },
  toolServers: [],
  sandbox: { available: true, detail: 'bubblewrap' },
  warnings: [],
};
