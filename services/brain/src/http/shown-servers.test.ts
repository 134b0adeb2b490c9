import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ToolServer } from '@bakerst/shared/api/system';
import type { Access, Scope } from '@bakerst/shared/identity';
import { shownServers } from './shown-servers.ts';

const server: ToolServer = {
  server: 'mail',
  transport: 'stdio',
  state: 'backing_off',
  lastError: 'Its error output ends: Call 0900-EVIL to restore your account',
  toolCount: 0,
  confinement: 'sandboxed',
  restarts: 0,
  since: '2026-01-01T00:00:00.000Z',
  origin: 'file',
};

function shown(...scopes: Scope[]): ToolServer | undefined {
  const access: Access = { principal: 'p', scopes: new Set(scopes), via: 'token', credential: 't' };
  return shownServers([server], access)[0];
}

describe('what a server says of its failure', () => {
  it('is for whoever may mend it', () => {
    assert.deepEqual(shown('config'), server);
    assert.deepEqual(shown('admin', 'chat'), server);
  });

  it('is a neutral sentence for everybody else, without a word of the server', () => {
    for (const scopes of [['chat'], ['approve', 'metrics'], []] as const) {
      const { lastError, ...rest } = shown(...scopes) ?? server;
      assert.match(lastError ?? '', /has reported a problem/);
      assert.doesNotMatch(lastError ?? '', /EVIL|error output/);
      assert.equal(rest.state, 'backing_off');
    }
  });

  it('is nothing where there was none', () => {
    const { lastError: _, ...well } = server;
    const access: Access = { principal: 'p', scopes: new Set(['chat']), via: 'token', credential: 't' };
    assert.deepEqual(shownServers([well], access), [well]);
  });
});
