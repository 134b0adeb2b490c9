import type { Effect } from '@bakerst/shared/guard';
import {
  type AllowedUrl,
  type ArgumentPolicy,
  type CoreToolPolicy,
  type OperatorRule,
  type Policy,
  referentKinds,
  type ServerPolicy,
  type ToolPolicy,
} from '@bakerst/shared/policy';

/** A policy as sentences for people. */
export interface PolicySection {
  readonly title: string;
  readonly lines: readonly string[];
}

export function policyWords(policy: Policy): readonly PolicySection[] {
  return [
    { title: `Profile: ${policy.profile}`, lines: profileLines(policy) },
    ...(Object.entries(policy.core).length === 0
      ? []
      : [{ title: 'Tools of the house', lines: Object.entries(policy.core).flatMap(toolLines) }]),
    ...Object.entries(policy.servers).map(([name, server]) => serverSection(name, server)),
    section('What titles stand for', Object.entries(policy.referents).map(referentLine)),
    section(
      'Values of the operator',
      policy.constants.map(
        ({ value, slots, note }) =>
          `"${value}" counts like your own words as ${listed(slots)}${note === undefined ? '' : ` (${note})`}.`,
      ),
    ),
    section('Addresses that may be read', policy.urls.map(urlLine)),
    section('Rules of the operator', policy.rules.map(ruleLine)),
    section('Who decides', policy.approvals.map(approvalLine)),
    section(
      'Secrets that are taken out',
      policy.redaction.patterns.map(({ name, pattern }) => `${name}: ${pattern}`),
    ),
  ].filter(({ lines }) => lines.length > 0);
}

function section(title: string, lines: readonly string[]): PolicySection {
  return { title, lines };
}

const PROFILES: Readonly<Record<Policy['profile'], string>> = {
  strict:
    'As balanced, and asks more: what is read outside must be listed, a handle must be found under the very words you wrote, nothing follows from another value, and what reaches others, deletes or moves money must be asked for with every value quoted or an address, account, date or number in that sentence, unless a planner read your words or the operator, a record or you on a card vouch for it.',
  balanced:
    'Once something untrusted was read, calls with an effect are asked unless your words ask for them and every value that decides comes from you or the operator.',
  autonomous:
    'Asks less: your words need not ask for what only you see and what reaches others, but every value that decides must still come from you or the operator; money and deletions are as in balanced.',
  observe:
    'What would be asked runs and is recorded, except for money, commands, settings and unknown tools. Only for trying a policy out.',
};

function profileLines({ profile, asksPerRequest, detector }: Policy): string[] {
  return [
    PROFILES[profile],
    `After ${asksPerRequest} ${asksPerRequest === 1 ? 'question' : 'questions'} in one request the destination must be typed to approve, and after twelve nothing more is asked.`,
    detector ? 'Suspicious text is marked.' : 'Suspicious text is not marked: the detector is off.',
  ];
}

const CLEARANCES = {
  public: 'only what is public',
  internal: 'what is internal, nothing secret',
  secret: 'everything, secrets too',
} as const;

function serverSection(name: string, { clearance, tools }: ServerPolicy): PolicySection {
  const learns = clearance === undefined ? [] : [`It may learn ${CLEARANCES[clearance]}.`];
  const known = Object.entries(tools).flatMap(toolLines);
  return {
    title: `Server ${name}`,
    lines: [...learns, ...known, 'Every other tool of it is unknown: external, and asked.'],
  };
}

const EFFECTS: Readonly<Record<Effect, string>> = {
  read: 'only reads',
  'read-open': 'reads from outside of the house, which tells the outside what is asked',
  'write-private': 'writes something that only you see',
  destructive: 'deletes or takes back',
  external: 'reaches other people or systems',
  money: 'moves money',
  exec: 'runs commands: always asked',
  admin: 'changes secrets, rights or settings: always asked',
};

function toolLines([name, tool]: [string, CoreToolPolicy & Partial<Pick<ToolPolicy, 'results'>>]): string[] {
  const { effect, idempotent, arguments: args, results } = tool;
  const parts = [
    `${name} ${EFFECTS[effect]}.`,
    ...Object.entries(args).map(argumentWords),
    ...(idempotent ? ['It may be run again after a crash.'] : []),
    ...(results ? resultWords(results) : []),
  ];
  return [parts.join(' ')];
}

function argumentWords([name, argument]: [string, ArgumentPolicy]): string {
  const { role, slot, line, max, safe, follows, refers } = argument;
  const facts = [
    role === 'content'
      ? 'is what is said'
      : `decides${slot === undefined || slot === name ? '' : ` (${slot})`}`,
    ...(line ? ['in one line'] : []),
    ...(max === undefined ? [] : [`at most ${max}`]),
    ...(safe ? [`safe as ${listed(safe.map((value) => JSON.stringify(value)))}`] : []),
    ...(argument.default === undefined ? [] : [`may be left out (${JSON.stringify(argument.default)})`]),
    ...(follows ? [`within ${follows.withinMinutes} minutes after ${follows.argument}`] : []),
    ...(refers === undefined ? [] : [`names a ${referentKinds({ refers }).join(' or a ')}`]),
  ];
  return `${name} ${facts.join(', ')};`;
}

function resultWords({ integrity, confidentiality, authoritative }: ToolPolicy['results']): string[] {
  const fields = Object.entries(authoritative).map(([path, slots]) => `${path} counts as ${listed(slots)}`);
  return [
    ...(integrity === 'trusted' ? ['Its results are trusted.'] : []),
    ...(confidentiality === 'internal' ? [] : [`Its results are ${confidentiality}.`]),
    ...(fields.length > 0 ? [`Of its results ${listed(fields)}.`] : []),
  ];
}

function referentLine([name, { tool, query, title }]: [string, Policy['referents'][string]]): string {
  return `A ${name} is found with ${tool} (${query}), by its ${title}.`;
}

function urlLine(entry: AllowedUrl): string {
  if ('exact' in entry) return `${entry.exact}, exactly.`;
  if ('prefix' in entry) return `Everything below ${entry.prefix}, without a query.`;
  return `All of ${entry.host}, which may learn ${CLEARANCES[entry.learns]}.`;
}

function ruleLine({ name, when, verdict, message }: OperatorRule): string {
  return `${name}: ${verdict === 'deny' ? 'denied' : 'asked'} when ${when}. ${message}`;
}

function approvalLine({ effects, tools, fourEyes, stepUp }: Policy['approvals'][number]): string {
  const what = [...(effects ?? []), ...(tools ?? [])];
  const who = [fourEyes && 'a second person', stepUp && 'somebody who has signed in just now'].filter(
    Boolean,
  );
  return `${what.length === 0 ? 'Everything that is asked' : listed(what)} is decided by ${who.join(' and ')}.`;
}

function listed(names: readonly string[]): string {
  if (names.length <= 1) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
