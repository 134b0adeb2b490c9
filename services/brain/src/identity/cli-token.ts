import { randomUUID } from 'node:crypto';
import { lstat, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { authenticate } from './authenticate.ts';
import { identityError } from './errors.ts';
import type { IdentityParts } from './identity-parts.ts';
import { CLI_SCOPES } from './owner.ts';
import { hashSecret, makeSecret } from './secret.ts';

/**
 * The token the CLI of this machine uses, in `cli-token` of the data folder, readable by its owner alone. A token
 * that no longer works, or that others could have read, is replaced.
 * @returns the file's path
 */
export async function ensureCliToken(parts: IdentityParts, owner: string, home: string): Promise<string> {
  const file = join(home, 'cli-token');
  try {
    const kept = await readKept(file);
    const known = kept === undefined ? undefined : authenticate(parts, 'token', kept.secret);
    if (known?.ok && known.access.principal === owner && kept?.private) return file;
    if (known?.ok && known.access.principal === owner) await revoke(parts, known.record.id, owner);
    await writePrivate(file, await makeToken(parts, owner));
    return file;
  } catch (cause) {
    throw identityError({
      code: 'cli_token_file',
      message: `The token file ${file} cannot be kept: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'Make the data folder writable for the user that runs Baker Street, or set BAKERST_HOME.',
      cause,
    });
  }
}

async function readKept(file: string): Promise<{ secret: string; private: boolean } | undefined> {
  try {
    const info = await lstat(file);
    if (!info.isFile() || info.size > 200) return undefined;
    return { secret: (await readFile(file, 'utf8')).trim(), private: (info.mode & 0o077) === 0 };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function makeToken(parts: IdentityParts, owner: string): Promise<string> {
  const secret = makeSecret('token');
  const id = parts.ids('token');
  const event = parts.auditEvent({
    type: 'auth.token_created',
    actor: owner,
    onBehalfOf: owner,
    body: { token: id, name: 'bakerst CLI', scopes: [...CLI_SCOPES] },
  });
  await parts.store.createCredential(
    {
      id,
      kind: 'token',
      principal: owner,
      name: 'bakerst CLI',
      scopes: CLI_SCOPES,
      createdAt: new Date(parts.now()).toISOString(),
    },
    hashSecret(secret),
    [event],
  );
  return secret;
}

async function revoke(parts: IdentityParts, token: string, owner: string): Promise<void> {
  const access = { principal: owner, scopes: new Set(CLI_SCOPES), via: 'system', credential: token } as const;
  const event = parts.auditEvent({
    type: 'auth.token_revoked',
    actor: owner,
    onBehalfOf: owner,
    body: { token, why: 'its file was readable by others' },
  });
  await parts.store.revokeCredential(access, token, [event]);
}

/** A new file beside it, then a rename: nobody ever reads half a token, and the mode holds from the first byte. */
async function writePrivate(file: string, secret: string): Promise<void> {
  const fresh = `${file}.${randomUUID()}`;
  const handle = await open(fresh, 'wx', 0o600);
  try {
    await handle.writeFile(`${secret}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}
