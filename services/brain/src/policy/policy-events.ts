import type { AuditEvent } from '@bakerst/shared/audit';
import type { PolicyProblem } from '@bakerst/shared/policy';

type EventBody = Omit<AuditEvent, 'v' | 'id' | 'at'>;

/** Who or what changed the policy: a person through the API, or whoever wrote the file. */
export interface PolicyAuthor {
  /** Id of the principal; of the brain where it only read the file. */
  readonly actor: string;
  readonly credential?: string;
}

interface Changed extends PolicyAuthor {
  readonly before: string;
  readonly after: string;
  readonly how: 'start' | 'file' | 'api';
  readonly source: string;
  readonly profile: string;
}

export function policyChanged({ actor, credential, ...body }: Changed): EventBody {
  return {
    type: 'policy.changed',
    actor,
    onBehalfOf: actor,
    body: { ...body, ...(credential !== undefined && { credential }) },
  };
}

/** The places of what is wrong, not the text: a policy may hold addresses and names. */
export function policyRefused(
  actor: string,
  {
    inForce,
    offered,
    problems,
  }: {
    readonly inForce: string;
    readonly offered: string | undefined;
    readonly problems: readonly PolicyProblem[];
  },
): EventBody {
  const paths = problems
    .slice(0, 20)
    .map(({ path, line }) => `${line ?? 0}:${path.slice(0, 200).toWellFormed()}`);
  return {
    type: 'policy.refused',
    actor,
    onBehalfOf: actor,
    body: {
      inForce,
      problemCount: problems.length,
      places: paths,
      ...(offered !== undefined && { offered }),
    },
  };
}

export function toolsAccepted(
  author: Required<PolicyAuthor>,
  body: {
    readonly server: string;
    readonly tools: readonly string[];
    readonly pins: readonly string[];
    readonly withdrawn: readonly string[];
    readonly clearance: string | undefined;
  },
): EventBody {
  const { server, tools, pins, withdrawn, clearance } = body;
  return {
    type: 'policy.accepted',
    actor: author.actor,
    onBehalfOf: author.actor,
    body: {
      credential: author.credential,
      server,
      tools: tools.map((name) => name.slice(0, 100).toWellFormed()),
      pins: [...pins],
      withdrawn: withdrawn.map((name) => name.slice(0, 100).toWellFormed()),
      ...(clearance !== undefined && { clearance }),
    },
  };
}
