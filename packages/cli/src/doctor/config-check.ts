import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BootSettings } from '@bakerst/shared/settings';
import type { Check, CheckResult } from './check.ts';

/** The configuration file as the next start would read it; a running brain has read an earlier one. */
export const checkConfigFile: Check = async ({ parts }) => {
  if (parts.profile.kind === 'remote') return [];
  const named = parts.env.BAKERST_CONFIG;
  const file = named === undefined || named === '' ? join(parts.profile.home, 'config.json') : named;
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => error);
  if (text instanceof Error) {
    if (text.code === 'ENOENT' && file !== named) {
      return [{ name: 'config file', status: 'ok', detail: 'none yet: defaults hold' }];
    }
    return [bad(file, `cannot be read (${text.code})`)];
  }
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    return [bad(file, error instanceof Error ? error.message : 'is not JSON')];
  }
  const parsed = BootSettings.safeParse(raw);
  if (parsed.success) return [{ name: 'config file', status: 'ok', detail: file }];
  return parsed.error.issues
    .slice(0, 5)
    .map((issue) => bad(file, `${issue.path.join('.') || 'the file'}: ${issue.message}`));
};

function bad(file: string, what: string): CheckResult {
  return {
    name: 'config file',
    status: 'fail',
    detail: `${file}: ${what}`,
    remedy: 'Correct it; every setting is in docs/configuration.md.',
  };
}
