import { createHash } from 'node:crypto';
import { parsePolicy } from '@bakerst/guard/parse-policy';
import { createPolicyGuard } from '@bakerst/guard/policy-guard';
import type { Guard } from '@bakerst/shared/guard';
import { Policy, type PolicyProblem } from '@bakerst/shared/policy';
import { createDenyGuard, NO_POLICY_TEXT } from './deny-guard.ts';
import { readPolicyFile } from './policy-file.ts';

/** A policy that decides, with where it came from. */
export interface PolicyInForce {
  readonly source: 'file' | 'built-in' | 'missing';
  readonly text: string;
  readonly hash: string;
  readonly policy: Policy;
  readonly guard: Guard;
}

export interface PolicyPlace {
  readonly file: string;
  /** Named by the operator: then it has to be there. */
  readonly named: boolean;
  readonly builtIn: string;
}

/** What the file says now. */
export type PolicyReading =
  | { readonly ok: true; readonly inForce: PolicyInForce }
  | { readonly ok: false; readonly text?: string; readonly problems: readonly PolicyProblem[] };

export function readPolicy(place: PolicyPlace): PolicyReading {
  const { file, named, builtIn } = place;
  const read = readPolicyFile(file);
  switch (read.state) {
    case 'read':
      return compile(read.text, 'file');
    case 'refused':
      return { ok: false, problems: [read.problem] };
    case 'absent': {
      if (!named) return compile(builtIn, 'built-in');
      const remedy = 'Correct policy.file or BAKERST_POLICY, or put the file there.';
      return { ok: false, problems: [{ path: '', message: `${file} does not exist.`, remedy }] };
    }
    default:
      return read satisfies never;
  }
}

export function compile(text: string, source: 'file' | 'built-in'): PolicyReading {
  const parsed = parsePolicy(text);
  if (!parsed.ok) return { ok: false, text, problems: parsed.problems };
  const { policy } = parsed;
  const guard = createPolicyGuard({ policy, text });
  return { ok: true, inForce: { source, text, hash: guard.policyHash, policy, guard } };
}

/** Everything but reads of the house is denied. */
export function noPolicy(): PolicyInForce {
  const guard = createDenyGuard();
  const policy = Policy.parse({ version: 1, profile: 'strict' });
  return { source: 'missing', text: NO_POLICY_TEXT, hash: guard.policyHash, policy, guard };
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
