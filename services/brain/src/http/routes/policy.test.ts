import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CheckPolicyResult, PolicyHistory, PolicyView, TestPolicyResult } from '@bakerst/shared/api/guard';
import { Problem } from '@bakerst/shared/api/problem';
import { type EdgeRig, startRig } from '../rig/edge-rig.ts';

async function withRig(run: (rig: EdgeRig) => Promise<void>): Promise<void> {
  const rig = await startRig();
  try {
    await run(rig);
  } finally {
    await rig.close();
  }
}

async function codeOf(response: Response): Promise<string> {
  return Problem.parse(await response.json()).code;
}

const GOOD = 'version: 1\nprofile: strict\n';

describe('the policy routes', () => {
  it('show the policy, check a text, and replace it for whoever holds admin', () =>
    withRig(async (rig) => {
      const token = await rig.token();
      const read = async () =>
        PolicyView.parse(await (await rig.request('GET', '/api/v1/policy', { token })).json());
      const before = await read();
      assert.equal(before.source, 'built-in');
      const checked = await rig.request('POST', '/api/v1/policy/check', {
        token,
        json: { text: 'version: 1\nprofil: strict\n' },
      });
      const { ok, problems } = CheckPolicyResult.parse(await checked.json());
      assert.deepEqual([ok, problems[0]?.line, problems[0]?.path], [false, 2, 'profil']);
      const json = { expectedHash: before.hash, text: GOOD };
      const put = await rig.request('PUT', '/api/v1/policy', { token, json });
      assert.equal(put.status, 200);
      assert.deepEqual(await read(), PolicyView.parse(await put.json()));
      const again = await rig.request('PUT', '/api/v1/policy', { token, json });
      assert.deepEqual([again.status, await codeOf(again)], [409, 'policy_conflict']);
      const wrong = await rig.request('PUT', '/api/v1/policy', {
        token,
        json: { expectedHash: (await read()).hash, text: 'version: 2' },
      });
      assert.deepEqual([wrong.status, await codeOf(wrong)], [422, 'policy_invalid']);
      const history = PolicyHistory.parse(
        await (await rig.request('GET', '/api/v1/policy/history', { token })).json(),
      );
      assert.deepEqual(
        history.items.map(({ how }) => how),
        ['api', 'start'],
      );
    }));

  it('are read with config and changed with admin only', () =>
    withRig(async (rig) => {
      const hash = '0'.repeat(64);
      const writes = [
        ['PUT', '/api/v1/policy', { expectedHash: hash, text: GOOD }],
        ['POST', '/api/v1/mcp-servers/files/accept', { expectedHash: hash }],
      ] as const;
      const reads = ['/api/v1/policy', '/api/v1/policy/history', '/api/v1/mcp-servers/files/review'];
      const config = await rig.token(['config', 'chat', 'approve']);
      const chat = await rig.token(['chat', 'approve']);
      for (const [method, path, json] of writes) {
        assert.equal((await rig.request(method, path, { token: config, json })).status, 403, path);
      }
      for (const path of reads) {
        assert.equal((await rig.request('GET', path, { token: chat })).status, 403, path);
        assert.notEqual((await rig.request('GET', path, { token: config })).status, 403, path);
      }
    }));

  it('try a policy on the past, and say what is wrong with it', () =>
    withRig(async (rig) => {
      const token = await rig.token(['config']);
      const tried = await rig.request('POST', '/api/v1/policy/test', { token, json: { text: GOOD } });
      assert.deepEqual(TestPolicyResult.parse(await tried.json()).changed, []);
      const wrong = await rig.request('POST', '/api/v1/policy/test', { token, json: { text: '[' } });
      assert.deepEqual([wrong.status, await codeOf(wrong)], [422, 'policy_invalid']);
    }));

  it('know no call and no server that is not there', () =>
    withRig(async (rig) => {
      const token = await rig.token();
      const call = await rig.request('GET', '/api/v1/calls/call_1/explanation', { token });
      assert.deepEqual([call.status, await codeOf(call)], [404, 'policy_call_unknown']);
      const server = await rig.request('GET', '/api/v1/mcp-servers/nothing/review', { token });
      assert.deepEqual([server.status, await codeOf(server)], [404, 'mcp_server_unknown']);
    }));
});
