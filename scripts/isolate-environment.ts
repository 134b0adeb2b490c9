import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const AMBIENT = /^BAKERST_(?!CRASH_|TEST_CACHE$)|_API_KEY$|_OAUTH_TOKEN$|_AUTH_TOKEN$|_BASE_URL$|^OLLAMA_/;

/**
 * Takes keys, endpoints and the data folder of whoever runs the tests out of `env`, so that no test can spend their
 * money or touch their data. Returns the tests' own data folder; the caller removes it.
 */
export function isolateEnvironment(env: NodeJS.ProcessEnv): string {
  for (const name of Object.keys(env)) if (AMBIENT.test(name)) delete env[name];
  const home = mkdtempSync(join(tmpdir(), 'bakerst-test-home-'));
  env.BAKERST_HOME = home;
  return home;
}
