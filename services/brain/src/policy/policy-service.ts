import { parsePolicy } from '@bakerst/guard/parse-policy';
import { policyWords } from '@bakerst/guard/policy-words';
import type { PolicyView } from '@bakerst/shared/api/guard';
import type { AuditEvent } from '@bakerst/shared/audit';
import type { Access } from '@bakerst/shared/identity';
import type { Store } from '@bakerst/shared/store';
import type { ToolDefinition } from '@bakerst/shared/tools';
import { unknownServer } from '../configuration/errors.ts';
import type { PolicyService } from '../http/policy-part.ts';
import { acceptedDefinitions, acceptedText, pasteText } from './accept-server.ts';
import { invalidPolicy, policyError } from './errors.ts';
import { explainCall } from './explain-call.ts';
import { compile, hashOf } from './in-force.ts';
import { toolsAccepted } from './policy-events.ts';
import type { PolicyKeeper } from './policy-keeper.ts';
import { reviewServer } from './review-server.ts';
import { testGuard } from './test-policy.ts';

export interface PolicyServiceParts {
  readonly keeper: PolicyKeeper;
  readonly store: Store;
  readonly auditEvent: (event: Omit<AuditEvent, 'v' | 'id' | 'at'>) => AuditEvent;
  /** Tools offered now, of all servers. */
  readonly definitions: () => readonly ToolDefinition[];
  /** Names of the configured MCP servers. */
  readonly servers: () => readonly string[];
}

export function createPolicyService(parts: PolicyServiceParts): PolicyService {
  const { keeper, store } = parts;
  return {
    view: () => policyView(keeper),
    check(text) {
      const parsed = parsePolicy(text);
      return parsed.ok
        ? { ok: true, hash: hashOf(text), problems: [] }
        : { ok: false, problems: [...parsed.problems] };
    },
    async test(access, { text, conversations }) {
      const guard = text === undefined ? keeper.inForce.guard : requireGuard(text);
      return testGuard(guard, { store, access, conversations });
    },
    async replace(access, { expectedHash, text }) {
      await keeper.change(expectedHash, { author: authorOf(access), events: [] }, () => ({
        text,
        paste: '',
      }));
      return policyView(keeper);
    },
    history: (limit) => ({
      items: store.listPolicies(limit).map(({ hash, at, author, how }) => ({
        hash,
        at,
        author: store.readPrincipal(author)?.name ?? author,
        how,
      })),
    }),
    explain: (access, call, turn) =>
      explainCall(store, { access, call, ...(turn !== undefined && { turn }) }),
    review: (server) =>
      reviewServer(server, { inForce: keeper.inForce, offered: offeredBy(server, parts), store }),
    async accept(access, server, request) {
      const offered = offeredBy(server, parts);
      const definitions = acceptedDefinitions(server, request, offered);
      // Kept first: a pin in the policy must always have its text.
      for (const { pin, pinned } of definitions)
        await store.keepContent({ hash: pin, kind: 'tools', text: pinned });
      const author = authorOf(access);
      const event = parts.auditEvent(
        toolsAccepted(author, {
          server,
          tools: definitions.map(({ name }) => name),
          pins: definitions.map(({ pin }) => pin),
          withdrawn: request.withdraw,
          clearance: request.clearance,
        }),
      );
      await keeper.change(request.expectedHash, { author, events: [event] }, ({ source, text }) => {
        if (source === 'missing' || keeper.problems.length > 0) throw nothingToEdit();
        return { text: acceptedText(text, server, request), paste: pasteText(server, request) };
      });
      return policyView(keeper);
    },
  };
}

export function policyView(keeper: PolicyKeeper): PolicyView {
  const { hash, text, policy, source } = keeper.inForce;
  return {
    hash,
    text,
    profile: policy.profile,
    source,
    path: keeper.file,
    writable: keeper.writable,
    loadedAt: keeper.loadedAt,
    problems: [...keeper.problems],
    words: policyWords(policy).map(({ title, lines }) => ({ title, lines: [...lines] })),
  };
}

function authorOf({ principal, credential }: Access) {
  return { actor: principal, credential };
}

function offeredBy(server: string, { definitions, servers }: PolicyServiceParts): readonly ToolDefinition[] {
  if (servers().includes(server)) return definitions().filter((definition) => definition.server === server);
  throw unknownServer(server);
}

function requireGuard(text: string) {
  const compiled = compile(text, 'file');
  if (compiled.ok) return compiled.inForce.guard;
  throw invalidPolicy(compiled.problems);
}

/** What a person has written and not finished must not be lost to a click. */
function nothingToEdit() {
  return policyError({
    code: 'policy_conflict',
    message: 'The policy file holds a text that is wrong, so nothing can be added to it.',
    remedy: 'Correct the policy file first; `bakerst policy show` says what is wrong.',
  });
}
