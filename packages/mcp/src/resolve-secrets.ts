import { SecretRef } from '@bakerst/shared/settings';
import { describeError, mcpError } from './errors.ts';

export type ResolveSecret = (ref: string) => Promise<string>;

export interface ResolvedValues {
  readonly values: Readonly<Record<string, string>>;
  /** The secrets among them, for redaction. */
  readonly secrets: readonly string[];
}

/** Reads the secrets that `env` or `headers` of a server name, at the time of use. */
export async function resolveSecrets(
  record: Readonly<Record<string, string>>,
  resolve: ResolveSecret,
): Promise<ResolvedValues> {
  const secrets: string[] = [];
  const entries = await Promise.all(
    Object.entries(record).map(async ([name, value]) => {
      if (!SecretRef.safeParse(value).success) return [name, value] as const;
      const secret = await readSecret(name, value, resolve);
      secrets.push(secret);
      return [name, secret] as const;
    }),
  );
  return { values: Object.fromEntries(entries), secrets };
}

async function readSecret(name: string, ref: string, resolve: ResolveSecret): Promise<string> {
  try {
    return await resolve(ref);
  } catch (cause) {
    throw mcpError({
      code: 'mcp_secret_unavailable',
      message: `The secret ${ref} for ${name} cannot be read: ${describeError(cause)}`,
      remedy: `Set it, or correct ${name} in the settings of this server.`,
      retryable: true,
      cause,
    });
  }
}
