import { nearestName } from '@bakerst/shared/nearest-name';
import type { Policy, PolicyProblem } from '@bakerst/shared/policy';
import { keysAt } from './known-settings.ts';
import type { PolicyDocument } from './policy-document.ts';

type Issue = NonNullable<ReturnType<typeof Policy.safeParse>['error']>['issues'][number];

/** A violation of the schema in words, with its place and what to write instead. */
export function problemsOfIssue(issue: Issue, document: PolicyDocument): PolicyProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      ...document.place(issue.path, key),
      path: dotted([...issue.path, key]),
      message: `"${key.slice(0, 60)}" is not a setting of a policy here.`,
      remedy: didYouMean(key, keysAt(issue.path)),
    }));
  }
  const where = { ...document.place(issue.path), path: dotted(issue.path) };
  const value = valueAt(document.value, issue.path);
  if (issue.code === 'invalid_union') return [{ ...where, ...noForm(issue.path, value) }];
  return [{ ...where, ...inWords(issue, value) }];
}

/** What is one of several forms, by where it stands. */
const FORMS: Readonly<Record<string, string>> = {
  urls: 'An address is {exact: URL}, {prefix: URL} or {host: NAME, learns: public|internal|secret}.',
  safe: 'Write texts, numbers, true, false or null.',
  refers: 'Write a name under referents, or a list of such names.',
};

function noForm(path: readonly PropertyKey[], value: unknown): Pick<PolicyProblem, 'message' | 'remedy'> {
  const setting = path.findLast((step) => typeof step === 'string') ?? '';
  return {
    message: `${shown(value)} has none of the forms that are known here.`,
    remedy: FORMS[setting] ?? 'Look it up in docs/policy.md.',
  };
}

export function dotted(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step).slice(0, 100)}`))
    .join('')
    .replace(/^\./, '');
}

/** "Did you mean ...?", or the names there are. */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  if (near !== undefined) return `Did you mean "${near}"?`;
  return known.length > 0 ? `Use one of: ${known.slice(0, 40).join(', ')}.` : 'Remove it.';
}

function inWords(issue: Issue, value: unknown): Pick<PolicyProblem, 'message' | 'remedy'> {
  switch (issue.code) {
    case 'invalid_value': {
      const known = issue.values.map(String);
      if (value === undefined) return missing(`one of ${known.join(', ')}`);
      return { message: `${shown(value)} is not known here.`, remedy: didYouMean(String(value), known) };
    }
    case 'invalid_type':
      if (value === undefined) return missing(issue.expected);
      return {
        message: `${shown(value)} is not what belongs here.`,
        remedy: `Write ${aKind(issue.expected)}.`,
      };
    case 'custom':
      return missing(issue.message);
    case 'too_big':
    case 'too_small': {
      const bound = issue.code === 'too_big' ? `at most ${issue.maximum}` : `at least ${issue.minimum}`;
      return { message: `${shown(value)} is out of bounds.`, remedy: `Write ${bound}.` };
    }
    case 'invalid_format':
      if (issue.format === 'url') {
        return {
          message: `${shown(value)} is not an address.`,
          remedy: 'Write all of it: https://example.com/path.',
        };
      }
      return { message: `${shown(value)} does not fit.`, remedy: `Write ${issue.message}.` };
    default:
      return {
        message: `${shown(value)} does not fit: ${issue.message}.`,
        remedy: `Write ${issue.message}.`,
      };
  }
}

function missing(expected: string): Pick<PolicyProblem, 'message' | 'remedy'> {
  return { message: 'Something is missing here.', remedy: `Add it: ${expected}.` };
}

const KINDS: Readonly<Record<string, string>> = {
  record: 'names with values below them',
  object: 'names with values below them',
  array: 'a list',
  string: 'a text, in quotes where it looks like a number',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
};

function aKind(expected: string): string {
  return KINDS[expected] ?? expected;
}

function shown(value: unknown): string {
  if (value === undefined) return 'Nothing';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined;
    found = Reflect.get(found, step);
  }
  return found;
}
