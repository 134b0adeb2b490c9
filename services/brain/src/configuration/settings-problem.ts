import { nearestName } from '@bakerst/shared/nearest-name';
import type { z } from 'zod';
import { configJsonSchema, namesAt } from './config-schema.ts';
import { configurationError } from './errors.ts';
import type { PathPart, Place } from './json-document.ts';

export interface ProblemContext {
  /** Where a value came from: a file with its place, or the name of a variable or flag. */
  readonly whereIs: (path: readonly PathPart[]) => string;
}

/** `providers.openai.baseUrl`; list items as `[0]`. */
export function dotted(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

export function atPlace(file: string, place: Place | undefined): string {
  return place === undefined ? file : `${file}:${place.line}:${place.column}`;
}

/** One clear line for the first thing that is wrong with the settings. */
export function settingsProblem(error: z.ZodError, { whereIs }: ProblemContext) {
  const issue = error.issues[0];
  const path = (issue?.path ?? []).filter((part) => typeof part !== 'symbol');
  if (issue?.code === 'unrecognized_keys') {
    const [name = ''] = issue.keys;
    const moved = movedTo(path, name);
    const near = nearestName(name, namesAt(configJsonSchema(), path));
    const full = [...path, name];
    return configurationError({
      code: 'config_invalid',
      message: `${whereIs(full)}: ${dotted(full)} is not a setting.`,
      remedy:
        moved ??
        (near === undefined
          ? 'Remove it, or look the name up in docs/configuration.md.'
          : `Did you mean ${dotted([...path, near])}?`),
    });
  }
  return configurationError({
    code: 'config_invalid',
    message: `${whereIs(path)}: ${dotted(path)} is wrong: ${oneLine(issue?.message ?? 'not accepted')}.`,
    remedy: 'Correct it; docs/configuration.md says what it may be.',
  });
}

/** Settings of former releases whose matter is said elsewhere now. */
function movedTo([root]: readonly PathPart[], name: string): string | undefined {
  const isMoved =
    root === 'mcpServers' ? name === 'reads' || name === 'idempotent' : !root && name === 'tools';
  return isMoved ? 'Remove it: what a tool does and may do stands in the policy, docs/policy.md.' : undefined;
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/\.$/, '').trim();
}
