/**
 * One value of the arguments, or one key of an object within them: whoever chooses a key says something too. Empty lists
 * and objects, and `null`, are values: they mean that something is left out.
 */
export interface Leaf {
  /** `attachments[0].file_id`; of a key: `permissions.key(1)`. No two leaves of a call have the same. */
  readonly path: string;
  /** Name of the argument it belongs to: `attachments`. */
  readonly argument: string;
  readonly value: string | number | boolean | null | readonly never[] | Readonly<Record<string, never>>;
  /** The value is the name of a property below the argument. */
  readonly isKey?: true;
}

/** Every value and every key below an argument's name, in order. */
export function leavesOf(args: Readonly<Record<string, unknown>>): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const visit = (value: unknown, path: string, argument: string): void => {
    if (Array.isArray(value) && value.length > 0) {
      for (const [at, item] of value.entries()) visit(item, `${path}[${at}]`, argument);
    } else if (isFilledObject(value)) {
      for (const [at, [key, item]] of Object.entries(value).entries()) {
        leaves.push({ path: `${path}.key(${at + 1})`, argument, value: key, isKey: true });
        visit(item, isPlainName(key) ? `${path}.${key}` : `${path}[${quoted(key)}]`, argument);
      }
    } else leaves.push({ path, argument, value: leafValue(value) });
  };
  for (const [key, value] of Object.entries(args)) visit(value, argumentPath(key), key);
  return leaves;
}

/** Whether a leaf is all of its argument. */
export function isWhole({ path, argument }: Leaf): boolean {
  return path === argumentPath(argument);
}

/** Whether a value says that something is left out. An empty object does not: it may select everything. */
export function isAbsence(leaf: Leaf): boolean {
  return isWhole(leaf) && (leaf.value === null || leaf.value === '' || Array.isArray(leaf.value));
}

function argumentPath(argument: string): string {
  return isPlainName(argument) ? argument : `[${quoted(argument)}]`;
}

/** Other names could be read as a path, or as another name. */
function isPlainName(key: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key);
}

function quoted(key: string): string {
  return JSON.stringify(key).replaceAll(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function leafValue(value: unknown): Leaf['value'] {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return [];
  return typeof value === 'object' && value !== null ? {} : null;
}

function isFilledObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
  );
}
