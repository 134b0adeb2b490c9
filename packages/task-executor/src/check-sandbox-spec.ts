import type { SandboxSpec } from '@bakerst/shared/sandbox';
import { taskExecutorError } from './errors.ts';

/**
 * The options of a sandbox travel separated by NUL: a NUL inside a value would be the start of another option, and
 * with it a hole in the wall.
 */
export function checkSandboxSpec(spec: SandboxSpec): void {
  const texts: readonly (readonly [string, string])[] = [
    ['command', spec.command],
    ...spec.args.map((value) => ['args', value] as const),
    ...spec.paths.map(({ path }) => ['paths', path] as const),
    ...Object.entries(spec.env).map(
      ([name, value]) => [`env.${name.replaceAll('\0', '')}`, name + value] as const,
    ),
  ];
  const broken = texts.find(([, text]) => text.includes('\0'));
  if (broken) refuse(`\`${broken[0]}\` holds a NUL character`);
  const name = Object.keys(spec.env).find((key) => !/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(key));
  if (name !== undefined) refuse(`${JSON.stringify(name)} is not a name of an environment variable`);
  const relative = spec.paths.find(({ path }) => !path.startsWith('/') || path.split('/').includes('..'));
  if (relative) refuse(`the path ${relative.path} is not absolute, or holds ".."`);
}

function refuse(problem: string): never {
  throw taskExecutorError({
    code: 'sandbox_start_failed',
    message: `The program cannot be started: ${problem}.`,
    remedy: 'Correct the settings of this server.',
  });
}
