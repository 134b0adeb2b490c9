import type { AcceptServerRequest, ServerReview, ToolReview } from '@bakerst/shared/api/guard';
import type { Confidentiality } from '@bakerst/shared/labels';
import type { ArgumentPolicy, ToolPolicy } from '@bakerst/shared/policy';
import type { z } from 'zod';

/** What a person has decided about one server so far; nothing of it is in force. */
export interface ReviewDraft {
  readonly accept: ReadonlySet<string>;
  readonly withdraw: ReadonlySet<string>;
  readonly policies: Readonly<Record<string, ToolPolicy>>;
  /** Absent where it stays as it is. */
  readonly clearance?: Confidentiality;
}

export const EMPTY_REVIEW: ReviewDraft = { accept: new Set(), withdraw: new Set(), policies: {} };

/** The form begins with what is in force, and takes the proposal for arguments that are new. */
export function startPolicy({ accepted, proposal }: ToolReview): ToolPolicy {
  if (accepted === undefined) return proposal;
  const kept = Object.entries(proposal.arguments).map(
    ([name, proposed]) => [name, accepted.arguments[name] ?? proposed] as const,
  );
  return { ...accepted, arguments: { ...accepted.arguments, ...Object.fromEntries(kept) } };
}

export function policyOf(draft: ReviewDraft, tool: ToolReview): ToolPolicy {
  return draft.policies[tool.name] ?? startPolicy(tool);
}

/** A changed form counts as a wish to accept it. */
export function changePolicy(draft: ReviewDraft, tool: ToolReview, change: Partial<ToolPolicy>): ReviewDraft {
  const policies = { ...draft.policies, [tool.name]: { ...policyOf(draft, tool), ...change } };
  return mayAccept(tool) ? { ...choose(draft, tool.name, true), policies } : { ...draft, policies };
}

export function changeArgument(
  draft: ReviewDraft,
  tool: ToolReview,
  argument: { readonly name: string; readonly change: Partial<ArgumentPolicy> },
): ReviewDraft {
  const { arguments: all } = policyOf(draft, tool);
  const old = all[argument.name] ?? { role: 'control' };
  const { slot, ...rest } = { ...old, ...argument.change };
  const next: ArgumentPolicy = slot === undefined || slot === '' ? rest : { ...rest, slot };
  return changePolicy(draft, tool, { arguments: { ...all, [argument.name]: next } });
}

export function choose(draft: ReviewDraft, name: string, on: boolean): ReviewDraft {
  return {
    ...draft,
    accept: toggled(draft.accept, name, on),
    withdraw: toggled(draft.withdraw, name, false),
  };
}

export function takeBack(draft: ReviewDraft, name: string, on: boolean): ReviewDraft {
  return {
    ...draft,
    withdraw: toggled(draft.withdraw, name, on),
    accept: toggled(draft.accept, name, false),
  };
}

function toggled(set: ReadonlySet<string>, name: string, on: boolean): ReadonlySet<string> {
  const next = new Set(set);
  if (on) next.add(name);
  else next.delete(name);
  return next;
}

/** Without a pin there is nothing exact to accept. */
export function mayAccept(tool: ToolReview): boolean {
  return tool.pin !== undefined && tool.state !== 'unpinnable';
}

export function isEmpty({ accept, withdraw, clearance }: ReviewDraft): boolean {
  return accept.size === 0 && withdraw.size === 0 && clearance === undefined;
}

/** What is sent: only tools that are still offered, each with the pin that was shown. */
export function acceptRequest(
  draft: ReviewDraft,
  review: ServerReview,
  expectedHash: string,
): z.infer<typeof AcceptServerRequest> {
  const tools = review.tools.flatMap((tool) => {
    if (!draft.accept.has(tool.name) || tool.pin === undefined) return [];
    const { pin: _, ...policy } = policyOf(draft, tool);
    return [{ name: tool.name, policy, pin: tool.pin }];
  });
  return {
    expectedHash,
    tools,
    withdraw: [...draft.withdraw],
    ...(draft.clearance === undefined ? {} : { clearance: draft.clearance }),
  };
}

export interface ReviewCounts {
  readonly accepted: number;
  readonly fresh: number;
  readonly changed: number;
}

export function reviewCounts({ tools }: ServerReview): ReviewCounts {
  const count = (...states: readonly ToolReview['state'][]): number =>
    tools.filter(({ state }) => states.includes(state)).length;
  return { accepted: count('accepted'), fresh: count('unknown', 'unpinnable'), changed: count('changed') };
}
