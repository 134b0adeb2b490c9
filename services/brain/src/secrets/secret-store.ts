import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Environment } from '../configuration/environment.ts';
import { configurationError } from '../configuration/errors.ts';

/** A secret is named in the settings and read at the moment of use: a rotated one works at the next call. */
export interface SecretStore {
  /**
   * @param ref `env:NAME` or `file:/path`
   * @param purpose who needs it, for the audit log: "provider anthropic"
   * @returns the trimmed value; undefined where the variable is unset or the file does not exist or is empty
   * @throws CodedError `secret_unavailable` for a file that others can read, or that cannot be read
   */
  read(ref: string, purpose: string): Promise<string | undefined>;
}

export interface SecretRead {
  readonly ref: string;
  readonly purpose: string;
}

export interface SecretStoreParts {
  readonly env: Environment;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Becomes a `secret.read` event; called at most once a minute for the same reference and purpose. */
  readonly onRead: (read: SecretRead) => void;
}

/** One event per reference and purpose in this time: every model call reads a key, and the log should stay readable. */
const COALESCE_MS = 60_000;
const MAX_BYTES = 65_536;

export function createSecretStore({ env, now, onRead }: SecretStoreParts): SecretStore {
  const reported = new Map<string, number>();
  const report = (read: SecretRead): void => {
    const key = JSON.stringify([read.ref, read.purpose]);
    const last = reported.get(key);
    if (last !== undefined && now() - last < COALESCE_MS) return;
    reported.set(key, now());
    onRead(read);
  };
  return {
    async read(ref, purpose) {
      if (!/^(env|file):/.test(ref)) throw notAReference();
      report({ ref, purpose });
      const value = ref.startsWith('file:') ? await readSecretFile(ref.slice(5)) : env[ref.slice(4)];
      const trimmed = value?.trim();
      return trimmed === '' ? undefined : trimmed;
    },
  };
}

/** It is not repeated: what is not a reference may be the secret, written down. */
function notAReference() {
  return unavailable(
    'A secret is not written as a reference.',
    'Write it as env:NAME or file:/absolute/path.',
  );
}

async function readSecretFile(path: string): Promise<string | undefined> {
  // Checked on the open file, so that it cannot be another one by the time it is read; a FIFO must not block us.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'ENOENT') return undefined;
    throw unavailable(
      `The secret file ${path} cannot be read (${code}).`,
      'Give this user read access to it.',
    );
  });
  if (file === undefined) return undefined;
  try {
    const { mode, size } = await file.stat();
    if ((mode & constants.S_IFMT) !== constants.S_IFREG) {
      throw unavailable(`The secret file ${path} is not a file.`, 'Name a regular file.');
    }
    if ((mode & 0o077) !== 0) {
      throw unavailable(`The secret file ${path} can be read by other users.`, `Run: chmod 600 ${path}`);
    }
    if (size > MAX_BYTES)
      throw unavailable(`The secret file ${path} is larger than 64 kB.`, 'Name the right file.');
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function unavailable(message: string, remedy: string) {
  return configurationError({ code: 'secret_unavailable', message, remedy });
}
