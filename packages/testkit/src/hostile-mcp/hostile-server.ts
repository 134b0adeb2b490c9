import { join } from 'node:path';
import { StdioMcpServer } from '@bakerst/shared/settings';

/** Settings of the hostile server in one mode, as an operator would write them. */
export function hostileServer(mode: string, more: Partial<StdioMcpServer> = {}): StdioMcpServer {
  return StdioMcpServer.parse({
    transport: 'stdio',
    command: process.execPath,
    args: [join(import.meta.dirname, 'server.ts'), mode],
    paths: [{ path: import.meta.dirname, write: false }],
    ...more,
  });
}
