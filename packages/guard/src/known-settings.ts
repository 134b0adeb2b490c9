import {
  ArgumentPolicy,
  OperatorRule,
  Policy,
  ReferentPolicy,
  ResultPolicy,
  ServerPolicy,
  ToolPolicy,
} from '@bakerst/shared/policy';
import { PolicyTest } from '@bakerst/shared/policy-tests';

/** Settings by where they stand; `*` is any name or number. */
const KEYS: readonly (readonly [string, readonly string[]])[] = [
  ['', Object.keys(Policy.shape)],
  ['servers.*', Object.keys(ServerPolicy.shape)],
  ['servers.*.tools.*', Object.keys(ToolPolicy.shape)],
  ['servers.*.tools.*.arguments.*', Object.keys(ArgumentPolicy.shape)],
  ['servers.*.tools.*.arguments.*.follows', ['argument', 'withinMinutes']],
  ['servers.*.tools.*.results', Object.keys(ResultPolicy.shape)],
  ['core.*', Object.keys(ToolPolicy.shape).filter((key) => key !== 'pin')],
  ['core.*.arguments.*', Object.keys(ArgumentPolicy.shape)],
  ['core.*.arguments.*.follows', ['argument', 'withinMinutes']],
  ['core.*.results', Object.keys(ResultPolicy.shape)],
  ['referents.*', Object.keys(ReferentPolicy.shape)],
  ['rules.*', Object.keys(OperatorRule.shape)],
  ['constants.*', ['value', 'slots', 'note']],
  ['approvals.*', ['effects', 'tools', 'fourEyes', 'stepUp']],
  ['redaction', ['patterns']],
  ['redaction.patterns.*', ['name', 'pattern']],
  // In a file of tests.
  ['*', Object.keys(PolicyTest.shape)],
  ['*.call', Object.keys(PolicyTest.shape.call.shape)],
];

/** The settings that a policy, or a file of its tests, knows at a path. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  const found = KEYS.find(([pattern]) => {
    const steps = pattern === '' ? [] : pattern.split('.');
    return steps.length === path.length && steps.every((step, at) => step === '*' || step === path[at]);
  });
  return found?.[1] ?? [];
}
