/** One value of the arguments. Empty lists and objects, and `null`, are values: they mean that something is left out. */
export interface Leaf {
  /** `attachments[0].file_id` */
  readonly path: string;
  /** Name of the argument it belongs to: `attachments`. */
  readonly argument: string;
  readonly value: string | number | boolean | null | readonly never[] | Readonly<Record<string, never>>;
}

/** Every value of the arguments, in order. */
export function leavesOf(args: Readonly<Record<string, unknown>>): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const visit = (value: unknown, path: string, argument: string): void => {
    if (Array.isArray(value) && value.length > 0) {
      for (const [at, item] of value.entries()) visit(item, `${path}[${at}]`, argument);
    } else if (isFilledObject(value)) {
      for (const [key, item] of Object.entries(value))
        visit(item, path === '' ? key : `${path}.${key}`, argument || key);
    } else leaves.push({ path, argument, value: leafValue(value) });
  };
  for (const [key, value] of Object.entries(args)) visit(value, key, key);
  return leaves;
}

/** Whether a value says that something is left out. An empty object does not: it may select everything. */
export function isAbsence({ path, argument, value }: Leaf): boolean {
  return path === argument && (value === null || value === '' || Array.isArray(value));
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
