/** How people ask for what a tool's name says; the first word of a row stands for the others. */
const VERBS = rows({
  send: ['send', 'write', 'reply', 'forward', 'tell', 'notify', 'message', 'mail', 'email', 'let * know'],
  reply: ['reply', 'answer', 'respond', 'write back'],
  post: ['post', 'publish', 'share', 'write', 'send', 'put', 'reply'],
  publish: ['publish', 'post'],
  create: ['create', 'make', 'add', 'set up', 'schedule', 'write', 'save', 'put', 'new', 'open', 'remind'],
  write: ['write', 'save', 'create', 'make', 'add', 'note', 'remember', 'put'],
  save: ['save', 'write', 'store', 'keep', 'remember'],
  add: ['add', 'include', 'invite', 'put', 'append'],
  append: ['append', 'add', 'write', 'put', 'extend'],
  update: ['update', 'change', 'adjust', 'edit', 'set', 'modify', 'correct'],
  edit: ['edit', 'change', 'update', 'correct', 'adjust'],
  set: ['set', 'change', 'update'],
  reschedule: ['reschedule', 'move', 'postpone', 'shift', 'change'],
  move: ['move', 'put', 'transfer'],
  rename: ['rename', 'call'],
  delete: ['delete', 'remove', 'erase', 'clear', 'get rid of', 'drop'],
  remove: ['remove', 'delete', 'kick', 'take out', 'drop', 'exclude'],
  cancel: ['cancel', 'call off', 'drop', 'delete'],
  reserve: ['reserve', 'book', 'make * reservation', 'rent'],
  book: ['book', 'reserve', 'make * reservation'],
  invite: ['invite', 'add'],
  share: ['share', 'give * access', 'send'],
  upload: ['upload', 'put', 'send'],
  transfer: ['transfer', 'send', 'pay', 'move'],
  pay: ['pay', 'settle', 'send', 'transfer'],
  buy: ['buy', 'purchase', 'order', 'get'],
  purchase: ['purchase', 'buy', 'order'],
  order: ['order', 'buy', 'purchase'],
  schedule: ['schedule', 'plan', 'set up', 'recurring'],
  grant: ['grant', 'give', 'allow'],
  run: ['run', 'execute', 'start'],
});
const NOUNS = rows({
  email: ['email', 'e-mail', 'mail', 'message'],
  mail: ['mail', 'email', 'message'],
  message: ['message', 'dm', 'note', 'question', 'text'],
  event: ['event', 'meeting', 'appointment', 'reminder', 'calendar', 'lunch', 'dinner', 'call'],
  file: ['file', 'document', 'doc', 'list', 'sheet', 'spreadsheet'],
  note: ['note', 'memo', 'down'],
  money: ['money', 'payment', 'bill', 'amount', 'rent', 'invoice', 'difference', 'share'],
  transaction: ['transaction', 'payment', 'order', 'rent', 'transfer', 'subscription'],
  user: ['user', 'account', 'profile', 'member', 'information', 'address'],
  channel: ['channel', 'group', 'room'],
  hotel: ['hotel', 'room', 'stay', 'reservation'],
  restaurant: ['restaurant', 'table', 'reservation'],
  participants: ['participant', 'attendee', 'guest'],
  issue: ['issue', 'ticket', 'bug'],
  pull: ['pull', 'pr'],
});
/** Verbs that say enough without their object. */
const PLAIN: ReadonlySet<string> = new Set([
  'reschedule',
  'reserve',
  'book',
  'invite',
  'pay',
  'cancel',
  'rename',
  'transfer',
]);

/**
 * Phrases for a tool nobody described: its verb, in the words people use for it, with one of its objects. Names of tools
 * are a server's too, but they are pinned, and a phrase by itself opens nothing: values need an origin of their own.
 */
export function defaultIntents(name: string): readonly string[] {
  const parts = name
    .replaceAll(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '');
  const at = parts.findIndex((part) => VERBS.has(part));
  const verb = parts[at];
  if (verb === undefined) return parts.length > 0 ? [parts.join(' ')] : [];
  const verbs = VERBS.get(verb) ?? [verb];
  const objects = parts.filter((part, index) => index !== at && part.length > 2 && !FILLERS.has(part));
  const nouns = objects.flatMap(
    (object) => NOUNS.get(object) ?? NOUNS.get(object.replace(/s$/u, '')) ?? [object],
  );
  const pairs = verbs.flatMap((one) => nouns.map((noun) => (one.includes(noun) ? one : `${one} * ${noun}`)));
  return [...new Set([...pairs, ...(PLAIN.has(verb) || nouns.length === 0 ? [verb] : [])])];
}

const FILLERS: ReadonlySet<string> = new Set([
  'the',
  'from',
  'for',
  'with',
  'and',
  'calendar',
  'direct',
  'scheduled',
  'new',
  'info',
]);

/** A map, not an object: a server may name a tool `get_constructor`. */
function rows(words: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(words));
}
