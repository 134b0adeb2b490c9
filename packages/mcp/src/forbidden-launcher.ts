import type { SandboxLauncher } from '@bakerst/shared/sandbox';
import { mcpError } from './errors.ts';

/**
 * In the place of the launcher without walls for a server of the runtime configuration. The settings' schema refuses
 * `unconfined` there too; this is what holds if a row was written around the schema.
 */
export function forbiddenLauncher(name: string): SandboxLauncher {
  return {
    probe: async () => ({ available: false, detail: 'not allowed for servers of the runtime configuration' }),
    launch: () =>
      Promise.reject(
        mcpError({
          code: 'mcp_unconfined_forbidden',
          message: `${name} asks to run without a sandbox, but was not set up in the configuration file.`,
          remedy: 'Write it into the configuration file, or take `unconfined` away.',
        }),
      ),
  };
}
