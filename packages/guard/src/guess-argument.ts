import type { Effect } from '@bakerst/shared/guard';
import type { ArgumentPolicy, ValueType } from '@bakerst/shared/policy';
import { nameWords } from './name-words.ts';
import { ownField } from './own-field.ts';

/** One argument as the server's schema declares it. */
export interface DeclaredArgument {
  readonly name: string;
  readonly schema: unknown;
  readonly required: boolean;
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

const LONG_TEXT = set('body text message content contents description comment note notes markdown caption');
const ONE_LINE = set('subject title headline summary');
/** Only effects whose words reach a reader; of a command or an address, everything decides what happens. */
const SAYS_SOMETHING: ReadonlySet<Effect> = new Set(['write-private', 'external', 'money']);

const PEOPLE = set(
  'to recipient recipients cc bcc participants participant attendees attendee guests guest invitees invitee payee',
);
/** Slots by the last word of a name; the rest keeps its own name as its slot. */
const SLOTS: readonly (readonly [slot: string, words: ReadonlySet<string>])[] = [
  ['recipient', PEOPLE],
  ['email', set('email emails mail mails')],
  ['user', set('user users username usernames member members assignee assignees person contact')],
  ['channel', set('channel channels room rooms chat group groups')],
  ['sender', set('from sender')],
  ['amount', set('amount price sum total')],
  ['date', set('date day due deadline')],
  ['start', set('start begin since')],
  ['end', set('end until')],
  ['url', set('url urls uri link href webpage website')],
  ['phone', set('phone telephone mobile')],
  ['iban', set('iban')],
];

const FILLERS = set('new time address');

const TYPES: readonly (readonly [type: ValueType, words: ReadonlySet<string>])[] = [
  ['email', set('email emails')],
  ['url', set('url urls uri link href')],
  ['iban', set('iban')],
  ['phone', set('phone telephone mobile')],
  ['date', set('date day')],
  ['datetime', set('datetime time timestamp')],
  ['handle', set('id ids uuid handle')],
];

const FORMATS: ReadonlyMap<unknown, ValueType> = new Map<unknown, ValueType>([
  ['email', 'email'],
  ['uri', 'url'],
  ['date', 'date'],
  ['date-time', 'datetime'],
  ['uuid', 'handle'],
]);

/** An argument's policy as far as it could be guessed. */
export type Guess = { -readonly [Key in keyof ArgumentPolicy]?: ArgumentPolicy[Key] };

/** What an argument is for, by its name and type alone; everything that is not known to be said is control. */
export function guessArgument(argument: DeclaredArgument, effect: Effect): Guess {
  const guess: Guess = isContent(argument, effect) ? contentOf(argument.name) : controlOf(argument);
  const fallback = harmlessDefault(argument);
  return fallback === undefined ? guess : { ...guess, default: fallback };
}

/** True where the argument names somebody whom the call reaches. */
export function isPerson(name: string): boolean {
  const words = nameWords(name);
  return (
    words.some((word) => PEOPLE.has(word)) || /^(email|user|member|assignee)s?$/.test(words.at(-1) ?? '')
  );
}

function lastWord(name: string): string {
  return nameWords(name).at(-1) ?? '';
}

function isContent({ name, schema }: DeclaredArgument, effect: Effect): boolean {
  if (!SAYS_SOMETHING.has(effect) || !isText(schema)) return false;
  const last = lastWord(name);
  return LONG_TEXT.has(last) || ONE_LINE.has(last);
}

function contentOf(name: string): Guess {
  const isLine = ONE_LINE.has(lastWord(name));
  return { role: 'content', ...(isLine && { line: 'single' as const }) };
}

function controlOf({ name, schema }: DeclaredArgument): Guess {
  const slot = slotOf(name);
  const type = typeOf(name, schema);
  return { role: 'control', ...(slot !== undefined && { slot }), ...(type !== undefined && { type }) };
}

/** `new_start_time` is a start, `user_email` an email; an id is of the thing it names and of nothing else. */
function slotOf(name: string): string | undefined {
  const words = nameWords(name).filter((word) => !FILLERS.has(word));
  const known = ['start', 'end'].includes(words[0] ?? '') ? words[0] : words.at(-1);
  const found = SLOTS.find(([, names]) => names.has(known ?? ''));
  if (found) return found[0];
  const own = nameWords(name)
    .join('-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return own === '' ? undefined : own;
}

function typeOf(name: string, schema: unknown): ValueType | undefined {
  const kinds = kindsOf(schema);
  if (kinds.includes('integer') || kinds.includes('number')) return 'number';
  if (!kinds.includes('string') && !kinds.includes('array')) return undefined;
  if (ownField(schema, 'enum') !== undefined) return undefined;
  const format = FORMATS.get(ownField(schema, 'format'));
  if (format) return format;
  const last = lastWord(name);
  return TYPES.find(([, words]) => words.has(last))?.[0];
}

/** Only what the schema itself gives, and only where it stands for nothing at all. */
function harmlessDefault({ schema, required }: DeclaredArgument): null | false | [] | undefined {
  const value = ownField(schema, 'default');
  if (required) return undefined;
  if (value === null || value === false) return value;
  return Array.isArray(value) && value.length === 0 ? [] : undefined;
}

function isText(schema: unknown): boolean {
  const kinds = kindsOf(schema).filter((kind) => kind !== 'null');
  return kinds.length === 1 && kinds[0] === 'string' && ownField(schema, 'enum') === undefined;
}

function kindsOf(schema: unknown): readonly string[] {
  const type = ownField(schema, 'type');
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type.filter((kind) => typeof kind === 'string');
  const either = ownField(schema, 'anyOf') ?? ownField(schema, 'oneOf');
  return Array.isArray(either) ? either.slice(0, 20).map(plainKind) : [];
}

function plainKind(schema: unknown): string {
  const type = ownField(schema, 'type');
  return typeof type === 'string' ? type : 'unknown';
}
