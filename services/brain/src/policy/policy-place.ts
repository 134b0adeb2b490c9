import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoadedConfig } from '../config.ts';
import { absolutePath } from '../configuration/home-folder.ts';
import type { PolicyPlace } from './in-force.ts';

const BUILT_IN = fileURLToPath(new URL('../../../../policies/default.yaml', import.meta.url));

/** The file that `policy.file` names, beside the configuration file where it is relative; else that of the data folder. */
export function policyFile({ settings, home, configFile }: PolicyConfig): string {
  const named = settings.policy.file;
  if (named === undefined) return join(home, 'policy.yaml');
  return named.startsWith('~') ? absolutePath(named, homedir()) : resolve(dirname(configFile), named);
}

export function policyPlace(config: PolicyConfig): PolicyPlace {
  return {
    file: policyFile(config),
    named: config.settings.policy.file !== undefined,
    builtIn: readFileSync(BUILT_IN, 'utf8'),
  };
}

type PolicyConfig = Pick<LoadedConfig, 'settings' | 'home' | 'configFile'>;
