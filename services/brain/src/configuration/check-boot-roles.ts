import type { SettingSource } from '@bakerst/shared/settings';
import type { LoadedConfig } from '../config.ts';
import { configurationError } from './errors.ts';
import { modelReferenceProblem, type ReferenceContext } from './model-reference.ts';

/**
 * Every model that the boot settings name for a role can be priced and called by name; a missing key is no error here,
 * the model says so itself.
 * @throws CodedError `config_invalid`
 */
export function checkBootRoles(
  { settings, sources }: Pick<LoadedConfig, 'settings' | 'sources'>,
  references: ReferenceContext,
): void {
  for (const [role, chain] of Object.entries(settings.models.roles)) {
    for (const ref of chain ?? []) {
      const problem = modelReferenceProblem(ref, references);
      if (problem === undefined) continue;
      const key = `models.roles.${role}`;
      throw configurationError({
        code: 'config_invalid',
        message: `${whereFrom(sources.get(key))}${key}: ${problem.message}`,
        remedy: problem.remedy,
        cause: problem,
      });
    }
  }
}

function whereFrom(source: SettingSource | undefined): string {
  if (source?.kind === 'environment') return `${source.name}: `;
  return source?.kind === 'file' ? `${source.path}: ` : '';
}
