import { type ArgumentPolicy, type CoreToolPolicy, type Policy, referentKinds } from '@bakerst/shared/policy';
import { didYouMean } from './policy-issues.ts';

/** A problem before its place is known. */
export interface Found {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly remedy: string;
}

interface Where {
  readonly path: readonly (string | number)[];
  readonly policy: Policy;
}

export function checkTool(tool: CoreToolPolicy, { path, policy }: Where): Found[] {
  const names = Object.keys(tool.arguments);
  return Object.entries(tool.arguments).flatMap(([name, argument]) => {
    const at = [...path, 'arguments', name];
    return [
      ...checkReferences(argument, { at, name, names, policy }),
      ...checkShape(argument, at),
      ...checkFreedom(argument, { at, effect: tool.effect }),
    ];
  });
}

interface ArgumentPlace {
  readonly at: readonly (string | number)[];
  readonly name: string;
  readonly names: readonly string[];
  readonly policy: Policy;
}

function checkReferences(
  { refers, follows }: ArgumentPolicy,
  { at, name, names, policy }: ArgumentPlace,
): Found[] {
  const found: Found[] = [];
  for (const kind of referentKinds({ refers })) {
    if (Object.hasOwn(policy.referents, kind)) continue;
    const remedy = didYouMean(kind, Object.keys(policy.referents));
    found.push({ path: [...at, 'refers'], message: `There is no "${kind}" under referents.`, remedy });
  }
  if (follows && (follows.argument === name || !names.includes(follows.argument))) {
    const others = names.filter((other) => other !== name);
    const message = `The tool has no other argument "${follows.argument}".`;
    found.push({ path: [...at, 'follows'], message, remedy: didYouMean(follows.argument, others) });
  }
  return found;
}

function checkShape({ role, line, max, type, refers, keys }: ArgumentPolicy, at: Where['path']): Found[] {
  const found: Found[] = [];
  if (line !== undefined && role === 'control') {
    const remedy = 'Add role: content, or remove line.';
    found.push({ path: [...at, 'line'], message: 'Only content has lines.', remedy });
  }
  if (max !== undefined && type !== undefined && type !== 'number') {
    found.push({ path: [...at, 'max'], message: `A ${type} has no maximum.`, remedy: 'Write type: number.' });
  }
  if (keys !== undefined && role === 'content') {
    const remedy = 'Remove keys: names in content are read like the rest of it.';
    found.push({ path: [...at, 'keys'], message: 'Content needs no names declared.', remedy });
  }
  if (refers !== undefined && role === 'content') {
    const remedy = 'Remove role: content: a handle says which thing is meant.';
    found.push({ path: [...at, 'refers'], message: 'Content refers to nothing.', remedy });
  }
  return found;
}

const NOTHING: ReadonlySet<string> = new Set(['null', '[]', '{}', 'false', '""', '0']);

/** Freedom that the rules would not grant anyway is a misunderstanding, and is said. */
function checkFreedom(
  argument: ArgumentPolicy,
  { at, effect }: { readonly at: Where['path']; readonly effect: CoreToolPolicy['effect'] },
): Found[] {
  const free = ['safe', 'default'].filter((key) =>
    key === 'safe'
      ? argument.safe !== undefined
      : argument.default !== undefined && !NOTHING.has(JSON.stringify(argument.default)),
  );
  if (argument.role === 'content' || free.length === 0) return [];
  const isAmount = effect === 'money' && (argument.slot === 'amount' || argument.type === 'number');
  if (isAmount || effect === 'exec' || effect === 'admin') {
    const what = isAmount
      ? 'An amount of money is planned or asked'
      : `A call of effect ${effect} is always asked`;
    return free.map((key) => ({
      path: [...at, key],
      message: `${what}: "${key}" has no meaning here.`,
      remedy: `Remove ${key}.`,
    }));
  }
  return [];
}
