import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { CodedError } from '@bakerst/shared/coded-error';
import { type ConfigFlags, loadConfig } from './config.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'bakerst-config-'));
  chmodSync(home, 0o700);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function load(options: { file?: unknown; env?: Record<string, string>; flags?: ConfigFlags } = {}) {
  const { file, env = {}, flags = {} } = options;
  if (file !== undefined) {
    writeFileSync(
      join(home, 'config.json'),
      typeof file === 'string' ? file : JSON.stringify(file, null, 2),
      { mode: 0o600 },
    );
  }
  return loadConfig({ env: { BAKERST_HOME: home, ...env }, flags, userHome: home });
}

function refusal(options: Parameters<typeof load>[0]): CodedError {
  try {
    load(options);
  } catch (error) {
    assert.ok(error instanceof CodedError, String(error));
    assert.doesNotMatch(error.message, /\n/, 'one line');
    assert.notEqual(error.remedy, '');
    return error;
  }
  return assert.fail('it was accepted');
}

describe('the first start', () => {
  it('writes a file for its owner alone and says so', () => {
    const loaded = load();
    const file = join(home, 'config.json');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.match(
      String(JSON.parse(readFileSync(file, 'utf8')).$schema),
      /^file:.*docs\/config\.schema\.json$/,
    );
    assert.match(loaded.notices.join(), /Wrote a configuration file/);
    assert.deepEqual(load().notices, []);
  });

  it('makes the data folder for its owner alone', () => {
    const deep = join(home, 'a', 'b');
    load({ env: { BAKERST_HOME: deep } });
    assert.equal(statSync(deep).mode & 0o777, 0o700);
  });

  it('stops where the data folder cannot be written', () => {
    writeFileSync(join(home, 'taken'), '');
    const error = refusal({ env: { BAKERST_HOME: join(home, 'taken') } });
    assert.equal(error.code, 'home_unusable');
    assert.match(error.remedy, /BAKERST_HOME/);
  });

  it('stops where a file system denies that the data folder exists', () => {
    for (const folder of ['/proc/nowhere', '/proc/nowhere/deep', '/dev/null/home']) {
      const error = refusal({ env: { BAKERST_HOME: folder } });
      assert.equal(error.code, 'home_unusable');
      assert.ok(error.message.includes(folder), error.message);
    }
  });

  it('does not make up a file that was named and is missing', () => {
    const error = refusal({ flags: { config: join(home, 'typo.json') } });
    assert.equal(error.code, 'config_unreadable');
    assert.match(error.message, /typo\.json does not exist/);
  });
});

describe('sources of settings', () => {
  it('lets the environment go before the file, and the command line before the environment', () => {
    const { settings, sources } = load({
      file: { server: { port: 1000, host: '127.0.0.2' }, log: { level: 'warn' } },
      env: { BAKERST_PORT: '2000', BAKERST_HOST: '127.0.0.3' },
      flags: { port: '3000' },
    });
    assert.deepEqual(
      [settings.server.port, settings.server.host, settings.log.level],
      [3000, '127.0.0.3', 'warn'],
    );
    assert.deepEqual(sources.get('server.port'), { kind: 'environment', name: '--port' });
    assert.deepEqual(sources.get('server.host'), { kind: 'environment', name: 'BAKERST_HOST' });
    assert.deepEqual(sources.get('log.level'), { kind: 'file', path: join(home, 'config.json') });
    assert.deepEqual(sources.get('agent.name'), { kind: 'default' });
  });

  it('has a source for every value', () => {
    const { settings, sources } = load({ file: {} });
    assert.equal(sources.size > 15, true);
    assert.equal(sources.has('limits.concurrentTurns'), true);
    assert.equal(settings.limits.concurrentTurns, 64);
  });

  it('freezes the settings deeply', () => {
    const { settings } = load();
    assert.throws(() => settings.server.allowedHosts.push('evil.example'), TypeError);
    assert.throws(() => Object.assign(settings.server, { port: 1 }), TypeError);
  });

  it('uses keys found in the environment by reference, the OAuth token before the API key', () => {
    const { settings, sources } = load({
      env: { ANTHROPIC_OAUTH_TOKEN: 'sk-ant-oat', ANTHROPIC_API_KEY: 'sk-ant-api', OPENAI_API_KEY: 'sk-1' },
    });
    assert.equal(settings.providers.anthropic?.oauthToken, 'env:ANTHROPIC_OAUTH_TOKEN');
    assert.equal(settings.providers.openai?.apiKey, 'env:OPENAI_API_KEY');
    assert.equal(sources.get('providers.openai.apiKey')?.kind, 'discovered');
    assert.doesNotMatch(JSON.stringify([settings, [...sources]]), /sk-/);
  });

  it('leaves a provider alone whose key the file names', () => {
    const { settings } = load({
      file: { providers: { anthropic: { apiKey: 'file:/run/secrets/key' } } },
      env: { ANTHROPIC_OAUTH_TOKEN: 'x', ANTHROPIC_API_KEY: 'y' },
    });
    assert.equal(settings.providers.anthropic?.oauthToken, undefined);
    assert.equal(settings.providers.anthropic?.apiKey, 'file:/run/secrets/key');
  });

  it('reads base URLs and the agent’s chain from the environment; an empty variable is unset', () => {
    const { settings } = load({
      env: {
        ANTHROPIC_BASE_URL: 'http://127.0.0.1:1234',
        OLLAMA_HOST: '0.0.0.0',
        BAKERST_AGENT_MODEL: 'anthropic/claude-opus-5-5, openai/gpt-5.4',
        BAKERST_LOG_LEVEL: '',
      },
    });
    assert.equal(settings.providers.anthropic?.baseUrl, 'http://127.0.0.1:1234');
    assert.equal(settings.providers.ollama?.baseUrl, 'http://127.0.0.1:11434');
    assert.deepEqual(settings.models.roles.agent, ['anthropic/claude-opus-5-5', 'openai/gpt-5.4']);
    assert.equal(settings.log.level, 'info');
  });
});

describe('a broken configuration is one clear line', () => {
  it('names line and column of broken JSON', () => {
    const error = refusal({ file: '{\n  "server": {\n    "port": 4221,\n  }\n}' });
    assert.equal(error.code, 'config_malformed');
    assert.match(error.message, /config\.json:4:3 should have a key in double quotes here, not "}"/);
  });

  it('refuses a key that is said twice, comments, prototype keys, endless nesting and an open string', () => {
    assert.match(
      refusal({ file: '{"log":{},\n"log":{}}' }).message,
      /config\.json:2:1 says the key "log" twice/,
    );
    assert.match(refusal({ file: '{ // hi\n}' }).message, /comment/);
    assert.match(refusal({ file: '{"__proto__":{"a":1}}' }).message, /__proto__/);
    assert.match(refusal({ file: '['.repeat(100_000) }).message, /nested deeper/);
    assert.match(refusal({ file: '{"a": "b' }).message, /config\.json:1:7 should have a value/);
    assert.match(refusal({ file: '{"a": "b\nc"}' }).message, /raw line break/);
    assert.match(refusal({ file: '' }).message, /end of the file/);
    assert.match(refusal({ file: '[]' }).message, /should hold an object/);
  });

  it('points at an unknown key and says what was meant', () => {
    const error = refusal({ file: { server: { prot: 1 } } });
    assert.equal(error.code, 'config_invalid');
    assert.match(error.message, /config\.json:3:5: server\.prot is not a setting/);
    assert.equal(error.remedy, 'Did you mean server.port?');
    const server = { transport: 'stdio', command: 'x', pathes: [] };
    assert.equal(refusal({ file: { mcpServers: { a: server } } }).remedy, 'Did you mean mcpServers.a.paths?');
    const former = { transport: 'stdio', command: 'x', reads: ['look'] };
    assert.match(refusal({ file: { mcpServers: { a: former } } }).remedy, /stands in the policy/);
    assert.match(refusal({ file: { tools: { allow: ['write_note'] } } }).remedy, /stands in the policy/);
  });

  it('names the variable or the flag that was wrong', () => {
    assert.match(refusal({ env: { BAKERST_PORT: 'many' } }).message, /^BAKERST_PORT: server\.port is wrong/);
    assert.match(refusal({ flags: { port: '99999' } }).message, /^--port: server\.port is wrong/);
    assert.match(refusal({ env: { BAKERST_LOG_LEVEL: 'loud' } }).message, /^BAKERST_LOG_LEVEL: log\.level/);
    assert.match(
      refusal({ env: { BAKERST_AGENT_MODEL: 'opus' } }).message,
      /BAKERST_AGENT_MODEL.*<provider>\/<model>/,
    );
  });

  it('refuses a secret that is written down', () => {
    const error = refusal({ file: { providers: { openai: { apiKey: 'sk-secret-value' } } } });
    assert.match(error.message, /env:NAME or file:/);
    assert.doesNotMatch(error.message + error.remedy, /sk-secret-value/);
  });

  it('wants type and address of a provider whose name implies none, and refuses the name demo', () => {
    const error = refusal({ file: { providers: { mine: { baseUrl: 'http://127.0.0.1:1/v1' } } } });
    assert.match(error.message, /providers\.mine needs "type" and "baseUrl"/);
    assert.match(refusal({ file: { providers: { mine: { type: 'openai' } } } }).message, /needs "type"/);
    assert.match(
      refusal({ file: { providers: { demo: { type: 'ollama', baseUrl: 'http://a' } } } }).message,
      /demo/,
    );
    load({ file: { providers: { mine: { type: 'openai-compatible', baseUrl: 'http://127.0.0.1:1/v1' } } } });
  });

  it('refuses a file that every user of the machine may write', () => {
    load({ file: {} });
    chmodSync(join(home, 'config.json'), 0o666);
    assert.equal(refusal({}).code, 'config_unreadable');
  });

  it('points at a variable that is a near miss, and at nothing else', () => {
    const { notices } = load({ env: { BAKERST_PROT: '1', BAKERST_BRAIN_SERVICE_HOST: '10.0.0.1' } });
    assert.match(notices.join('\n'), /BAKERST_PROT is not read\. Did you mean BAKERST_PORT\?/);
    assert.doesNotMatch(notices.join('\n'), /BRAIN_SERVICE/);
  });
});
