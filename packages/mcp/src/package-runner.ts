import { basename } from 'node:path';

/** A package that is fetched and run in one go. */
export interface RunPackage {
  readonly name: string;
  /** Null where the registry chooses. */
  readonly version: string | null;
}

const NPM_RUNNERS = new Set(['npx', 'bunx', 'pnpx']);
const PYTHON_RUNNERS = new Set(['uvx']);
/** Flags of the runners that take the next argument as their value. */
const TAKES_VALUE =
  /^(-p|--package|-c|--call|-w|--workspace|--from|--with|--python|-i|--index|--index-url|--extra-index-url|--registry|--cache|--userconfig|--directory)$/;
const EXACT_NPM = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;
const EXACT_PYTHON = /^\d+(\.\d+)*([abrc]+\d+|\.post\d+|\.dev\d+)*$/;

/** The package that `npx`, `bunx`, `pnpx` or `uvx` would fetch and run; undefined for every other command. */
export function packageOfRunner(command: string, args: readonly string[]): RunPackage | undefined {
  const program = basename(command);
  if (NPM_RUNNERS.has(program)) return named(args, ['-p', '--package'], npmPackage);
  return PYTHON_RUNNERS.has(program) ? named(args, ['--from'], pythonPackage) : undefined;
}

function named(
  args: readonly string[],
  flags: readonly string[],
  read: (spec: string) => RunPackage,
): RunPackage | undefined {
  let positional: string | undefined;
  for (let at = 0; at < args.length && positional === undefined; at += 1) {
    const arg = args[at] ?? '';
    const flag = flags.find((name) => arg === name || arg.startsWith(`${name}=`));
    if (flag !== undefined) return read(arg === flag ? (args[at + 1] ?? '') : arg.slice(flag.length + 1));
    if (TAKES_VALUE.test(arg)) at += 1;
    else if (!arg.startsWith('-')) positional = arg;
  }
  return positional === undefined ? undefined : read(positional);
}

/** `@scope/name@1.2.3` */
function npmPackage(spec: string): RunPackage {
  const at = spec.indexOf('@', 1);
  const [name, version] = at < 0 ? [spec, ''] : [spec.slice(0, at), spec.slice(at + 1)];
  return { name, version: EXACT_NPM.test(version) ? version : null };
}

/** `name==1.2.3`, `name[extra]==1.2.3`, `name@1.2.3` */
function pythonPackage(spec: string): RunPackage {
  const [, name = spec, version = ''] = /^([^=@]+)(?:==|@)(.+)$/.exec(spec) ?? [];
  return { name, version: EXACT_PYTHON.test(version) ? version : null };
}
