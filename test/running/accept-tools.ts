import assert from 'node:assert/strict';
import { setProfile } from '@bakerst/guard/edit-policy';
import { PolicyView, ServerReview } from '@bakerst/shared/api/guard';
import type { Effect } from '@bakerst/shared/guard';
import type { Confidentiality } from '@bakerst/shared/labels';
import { ToolPolicy, type ToolPolicyInput } from '@bakerst/shared/policy';
import type { BrainProcess } from './brain-process.ts';

/** What a person accepts, by server and by the server's own names; the pins are those of now. */
export type AcceptedServers = Readonly<
  Record<
    string,
    {
      readonly clearance?: Confidentiality;
      readonly tools: Readonly<Record<string, ToolPolicyInput>>;
    }
  >
>;

/** Accepts tools of servers that are ready, through the API, as the console does. */
export async function acceptServers(brain: BrainProcess, accepted: AcceptedServers): Promise<void> {
  for (const [server, { clearance, tools }] of Object.entries(accepted)) {
    const offered = (await reviewOf(brain, server)).tools;
    const chosen = Object.entries(tools).map(([name, policy]) => {
      const pin = offered.find((one) => one.name === name)?.pin;
      assert.ok(pin, `${server} offers no tool ${name} with a pin: ${offered.map((one) => one.name).join()}`);
      return { name, pin, policy: ToolPolicy.parse(policy) };
    });
    await accept(brain, server, { tools: chosen, ...(clearance && { clearance }) });
  }
}

/**
 * Accepts tools of a server that is ready, so that they run without a question whatever was read: every argument is only
 * said, and no words have to ask for a call. For tests of what comes after the verdict.
 */
export async function acceptFreely(
  brain: BrainProcess,
  server: string,
  { tools, effect = 'write-private' }: { readonly tools: readonly string[]; readonly effect?: Effect },
): Promise<void> {
  const offered = (await reviewOf(brain, server)).tools;
  const freely = tools.map((name) => {
    const declared = Object.keys(offered.find((one) => one.name === name)?.proposal.arguments ?? {});
    const said = declared.map((argument) => [argument, { role: 'content' as const }]);
    return [name, { effect, arguments: Object.fromEntries(said) }];
  });
  await changePolicy(brain, (text) => setProfile(text, 'autonomous'));
  await acceptServers(brain, { [server]: { clearance: 'secret', tools: Object.fromEntries(freely) } });
}

/** Takes it back: every call of it is asked from here on. */
export async function withdraw(brain: BrainProcess, server: string, tool: string): Promise<void> {
  await accept(brain, server, { withdraw: [tool] });
}

/** Replaces the policy as somebody with the scope `admin` does. */
export async function changePolicy(
  brain: BrainProcess,
  change: (text: string) => string,
): Promise<PolicyView> {
  const { hash: expectedHash, text } = await policyOf(brain);
  const body = { expectedHash, text: change(text) };
  return PolicyView.parse(await send(brain, '/api/v1/policy', { method: 'PUT', body }));
}

async function accept(brain: BrainProcess, server: string, more: object): Promise<void> {
  const { hash: expectedHash } = await policyOf(brain);
  const body = { expectedHash, ...more };
  await send(brain, `/api/v1/mcp-servers/${server}/accept`, { method: 'POST', body });
}

async function reviewOf(brain: BrainProcess, server: string): Promise<ServerReview> {
  return ServerReview.parse(await send(brain, `/api/v1/mcp-servers/${server}/review`));
}

async function policyOf(brain: BrainProcess): Promise<PolicyView> {
  return PolicyView.parse(await send(brain, '/api/v1/policy'));
}

async function send(
  brain: BrainProcess,
  path: string,
  request: { readonly method: string; readonly body: unknown } | undefined = undefined,
): Promise<unknown> {
  const answer = await brain.call(path, request && { ...request, body: JSON.stringify(request.body) });
  assert.equal(answer.status, 200, `${path}: ${await answer.clone().text()}`);
  return answer.json();
}
