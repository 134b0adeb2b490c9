import assert from 'node:assert/strict';
import { PolicyView, ServerReview } from '@bakerst/shared/api/guard';
import type { Confidentiality } from '@bakerst/shared/labels';
import { ToolPolicy } from '@bakerst/shared/policy';
import type { z } from 'zod';
import type { BrainProcess } from '../../running/brain-process.ts';

type AcceptedTool = z.input<typeof ToolPolicy>;

/** What a person accepts, by server and by the server's own names; the pins are those of now. */
export type AcceptedServers = Readonly<
  Record<
    string,
    {
      readonly clearance?: Confidentiality;
      readonly tools: Readonly<Record<string, AcceptedTool>>;
    }
  >
>;

/** Accepts through the API, as the console does. */
export async function acceptServers(
  brain: BrainProcess,
  accepted: AcceptedServers,
  isWanted: (tool: AcceptedTool) => boolean = () => true,
): Promise<void> {
  for (const [server, { clearance, tools }] of Object.entries(accepted)) {
    const review = ServerReview.parse(await getJson(brain, `/api/v1/mcp-servers/${server}/review`));
    const { hash: expectedHash } = PolicyView.parse(await getJson(brain, '/api/v1/policy'));
    const chosen = Object.entries(tools).filter(([, tool]) => isWanted(tool));
    if (chosen.length === 0) continue;
    const wanted = chosen.map(([name, policy]) => {
      const pin = review.tools.find((one) => one.name === name)?.pin;
      assert.ok(pin, `${server} offers no tool ${name} that can be pinned`);
      return { name, pin, policy: ToolPolicy.parse(policy) };
    });
    const body = { expectedHash, tools: wanted, ...(clearance && { clearance }) };
    const answer = await brain.call(`/api/v1/mcp-servers/${server}/accept`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    assert.equal(answer.status, 200, await answer.clone().text());
  }
}

/** Whether an argument is a handle that the monitor looks up. */
export function refersTo({ arguments: args = {} }: AcceptedTool): boolean {
  return Object.values(args).some(({ refers }) => refers !== undefined);
}

/** Replaces the policy as somebody with the scope `admin` does. */
export async function changePolicy(
  brain: BrainProcess,
  change: (text: string) => string,
): Promise<PolicyView> {
  const { hash: expectedHash, text } = PolicyView.parse(await getJson(brain, '/api/v1/policy'));
  const answer = await brain.call('/api/v1/policy', {
    method: 'PUT',
    body: JSON.stringify({ expectedHash, text: change(text) }),
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return PolicyView.parse(await answer.json());
}

async function getJson(brain: BrainProcess, path: string): Promise<unknown> {
  const answer = await brain.call(path);
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}
