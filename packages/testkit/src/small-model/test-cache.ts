import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where downloads for tests are kept: outside the clone, so that the next clone on this machine finds them. */
export function testCacheFolder(env: NodeJS.ProcessEnv): string {
  const { BAKERST_TEST_CACHE: own = '', XDG_CACHE_HOME: caches = '' } = env;
  if (isAbsolute(own)) return own;
  return join(isAbsolute(caches) ? caches : join(homedir(), '.cache'), 'bakerst');
}
