import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePolicy } from '@bakerst/guard/parse-policy';
import { createPolicyGuard } from '@bakerst/guard/policy-guard';
import { proposeTool } from '@bakerst/guard/propose-tool';
import type { Guard } from '@bakerst/shared/guard';
import { parseDocument, stringify } from 'yaml';
import type { Offer } from './offered-tools.ts';

/** `written`: the policy file says what the tools do. `guessed`: every proposal made from names, accepted as it is. */
export type Labels = 'written' | 'guessed';

export interface LoadedPolicy {
  readonly guard: Guard;
  /** Tools that the file does not name: their labels are guessed too. */
  readonly guessed: readonly string[];
}

export interface PolicySource {
  readonly server: string;
  readonly offer: Offer;
  readonly labels: Labels;
  /** Folder of `<server>.yaml` files. */
  readonly folder: string;
}

/** A guard whose policy has accepted every offered tool: its pin is set as `accept` in the console sets it. */
export function loadPolicy({ server, offer, labels, folder }: PolicySource): LoadedPolicy {
  const path = join(folder, `${server}.yaml`);
  const isWritten = labels === 'written' && existsSync(path);
  const document = parseDocument(isWritten ? readFileSync(path, 'utf8') : 'version: 1\n');
  const guessed: string[] = [];
  for (const [name, definition] of offer) {
    const place = ['servers', server, 'tools', name];
    if (!document.hasIn(place)) {
      document.setIn(place, document.createNode(proposeTool(definition)));
      guessed.push(name);
    }
    document.setIn([...place, 'pin'], definition.pin);
  }
  if (!document.hasIn(['servers', server, 'clearance'])) {
    document.setIn(['servers', server, 'clearance'], 'internal');
  }
  return { guard: guardOf(document.toString()), guessed };
}

/** @throws Error with every problem of the text. */
export function guardOf(text: string): Guard {
  const parsed = parsePolicy(text);
  if (parsed.ok) return createPolicyGuard({ policy: parsed.policy, text });
  const problems = parsed.problems.map(
    ({ line, path, message, remedy }) => `line ${line ?? '?'}: ${path}: ${message} ${remedy}`,
  );
  throw new Error(`The policy is wrong:\n${problems.join('\n')}`);
}

/** A guard for a policy given as data. */
export function guardOfData(policy: unknown): Guard {
  return guardOf(stringify(policy, { aliasDuplicateObjects: false }));
}
