import { realpathSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isAllowedHost, isInwardHost } from '@bakerst/mcp/egress-rules';
import type { Access } from '@bakerst/shared/identity';
import type { ModelRef } from '@bakerst/shared/models';
import type { McpServer, RuntimeConfig } from '@bakerst/shared/settings';
import { configurationError } from './errors.ts';
import { modelReferenceProblem, type ReferenceContext } from './model-reference.ts';

export interface RuntimeRules extends ReferenceContext {
  /** Names of the servers of the configuration file. */
  readonly fileServers: ReadonlySet<string>;
  /** Folders that a sandbox of a runtime server may not see: the data, the configuration. */
  readonly protectedFolders: readonly string[];
  /** Hosts that a server may be at although they are not public: `egress.allowedHosts`. */
  readonly allowedHosts: readonly string[];
}

/**
 * What the schema cannot say: runtime configuration chooses among what the boot settings allow and never reaches a
 * credential, since whoever may change it need not be whoever owns the keys.
 * @throws CodedError `runtime_config_refused`, `model_unknown`, `model_without_price`
 */
export function checkRuntimeConfig(value: RuntimeConfig, rules: RuntimeRules): void {
  for (const chain of Object.values(value.roles)) {
    for (const ref of chain ?? []) requireModel(ref, rules);
  }
  for (const [name, server] of Object.entries(value.mcpServers)) {
    const problem = serverProblem(name, server, rules);
    if (problem !== undefined) {
      throw configurationError({ code: 'runtime_config_refused', ...problem });
    }
  }
}

/**
 * A program with the network of the host reaches whatever listens on the machine and beside it, so that letting one in is
 * an operator's act: whoever may only change the configuration can not.
 * @throws CodedError `runtime_config_refused`
 */
export function checkNetworked(access: Access, before: RuntimeConfig, after: RuntimeConfig): void {
  if (access.scopes.has('admin')) return;
  for (const [name, server] of Object.entries(after.mcpServers)) {
    const isNetworked = server.transport === 'stdio' && server.network;
    if (!isNetworked || isDeepStrictEqual(before.mcpServers[name], server)) continue;
    throw configurationError({
      code: 'runtime_config_refused',
      message: `${name} would share the network of this machine, which takes the scope admin.`,
      remedy: 'Let it do without the network, or have somebody with the scope admin add it.',
    });
  }
}

function requireModel(ref: ModelRef, rules: RuntimeRules): void {
  const problem = modelReferenceProblem(ref, rules);
  if (problem !== undefined) throw problem;
}

interface Problem {
  readonly message: string;
  readonly remedy: string;
}

const IN_THE_FILE = 'Add this server under mcpServers in the configuration file instead.';
const SECRET_NAME = /auth|token|secret|key|password|passwd|cookie|credential/i;

/** Why a server may not come from the runtime configuration. */
export function serverProblem(name: string, server: McpServer, rules: RuntimeRules): Problem | undefined {
  if (rules.fileServers.has(name)) {
    return {
      message: `The MCP server ${name} is set in the configuration file.`,
      remedy: 'Give this one another name, or change the file and restart.',
    };
  }
  if (Object.keys(server.secrets).length > 0) {
    return {
      message: `${name}: it binds secrets, which runtime configuration may not use.`,
      remedy: IN_THE_FILE,
    };
  }
  const values = server.transport === 'stdio' ? server.env : server.headers;
  for (const [key, text] of Object.entries(values)) {
    // A reference would send a key of this machine to whatever address or program the server names.
    if (/^(env|file):/.test(text)) {
      return {
        message: `${name}: ${key} refers to a secret, which runtime configuration may not use.`,
        remedy: IN_THE_FILE,
      };
    }
    if (SECRET_NAME.test(key)) {
      return {
        message: `${name}: ${key} looks like a secret; it would be stored in the clear.`,
        remedy: IN_THE_FILE,
      };
    }
  }
  return server.transport === 'stdio'
    ? pathProblem(name, server.paths, rules)
    : addressProblem(name, server.url, rules);
}

/** What can be told from the address alone; what its name stands for is checked whenever it is connected to. */
function addressProblem(name: string, address: string, { allowedHosts }: RuntimeRules): Problem | undefined {
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') {
    return { message: `${name}: the address holds a user name or password.`, remedy: IN_THE_FILE };
  }
  if (isAllowedHost(url, allowedHosts) || !isInwardHost(url)) return undefined;
  return {
    message: `${name}: ${url.host} is an address of this machine or its network, which could reach what is not meant to be reached.`,
    remedy: `${IN_THE_FILE} Or add "${url.host}" to egress.allowedHosts there.`,
  };
}

function pathProblem(
  name: string,
  paths: readonly { readonly path: string }[],
  { protectedFolders }: RuntimeRules,
): Problem | undefined {
  const guarded = protectedFolders.map(realPath);
  for (const { path } of paths) {
    const wanted = realPath(path);
    if (guarded.some((folder) => contains(wanted, folder) || contains(folder, wanted))) {
      return {
        message: `${name}: the path ${path} would let it see the data folder or the configuration file.`,
        remedy: 'Name a folder that holds neither.',
      };
    }
  }
  return undefined;
}

function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || !(way === '..' || way.startsWith('../'));
}

/** Through symbolic links as far as the path exists. */
function realPath(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch {
    // It does not exist yet: what exists of it is resolved, the rest is taken as it is.
    const parent = dirname(absolute);
    return parent === absolute ? absolute : resolve(realPath(parent), relative(parent, absolute));
  }
}
