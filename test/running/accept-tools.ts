import assert from 'node:assert/strict';
import { setProfile } from '@bakerst/guard/edit-policy';
import { PolicyView, ServerReview, type ToolReview } from '@bakerst/shared/api/guard';
import type { Effect } from '@bakerst/shared/guard';
import { ToolPolicy } from '@bakerst/shared/policy';
import type { BrainProcess } from './brain-process.ts';

/**
 * Accepts tools of a server that is ready, by the server's own names, so that they run without a question whatever was
 * read: every argument is only said, and no words have to ask for a call. For tests of what comes after the verdict.
 */
export async function acceptFreely(
  brain: BrainProcess,
  server: string,
  { tools, effect = 'write-private' }: { readonly tools: readonly string[]; readonly effect?: Effect },
): Promise<void> {
  const review = ServerReview.parse(await send(brain, `/api/v1/mcp-servers/${server}/review`));
  const { hash, text } = PolicyView.parse(await send(brain, '/api/v1/policy'));
  const free = setProfile(text, 'autonomous');
  const body = { expectedHash: hash, text: free };
  const { hash: expectedHash } = PolicyView.parse(
    await send(brain, '/api/v1/policy', { method: 'PUT', body }),
  );
  const accepted = tools.map((name) => freely(review, name, effect));
  await send(brain, `/api/v1/mcp-servers/${server}/accept`, {
    method: 'POST',
    body: { expectedHash, clearance: 'secret', tools: accepted },
  });
}

/** Takes it back: every call of it is asked from here on. */
export async function withdraw(brain: BrainProcess, server: string, tool: string): Promise<void> {
  const { hash: expectedHash } = PolicyView.parse(await send(brain, '/api/v1/policy'));
  const body = { expectedHash, withdraw: [tool] };
  await send(brain, `/api/v1/mcp-servers/${server}/accept`, { method: 'POST', body });
}

function freely({ server, tools }: ServerReview, name: string, effect: Effect) {
  const tool: ToolReview | undefined = tools.find((one) => one.name === name);
  assert.ok(tool?.pin, `${server} offers no tool ${name} with a pin: ${tools.map((one) => one.name).join()}`);
  const said = Object.keys(tool.proposal.arguments).map((argument) => [argument, { role: 'content' }]);
  const policy = ToolPolicy.parse({ effect, arguments: Object.fromEntries(said) });
  return { name, pin: tool.pin, policy };
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
