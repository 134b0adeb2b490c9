import { describeError } from './errors.ts';
import type { ResolveSecret } from './resolve-secrets.ts';
import type { OfferedTool } from './tool-definitions.ts';
import { saysSecret, withSecret } from './tool-secrets.ts';

export type FilledArguments =
  | {
      readonly ok: true;
      readonly args: Readonly<Record<string, unknown>>;
      /** The values, for redaction. */
      readonly secrets: readonly string[];
    }
  /** `detail` is for the operator: it names the reference, which a model need not know. */
  | { readonly ok: false; readonly problem: string; readonly detail?: string };

/** Puts the operator's secrets into their arguments: after the verdict, right before the request. */
export async function fillSecrets(
  { secrets: bindings, serversName }: OfferedTool,
  args: Readonly<Record<string, unknown>>,
  resolveSecret: ResolveSecret,
): Promise<FilledArguments> {
  let filled = args;
  const secrets: string[] = [];
  for (const binding of bindings) {
    const name = binding.path.join('.');
    if (saysSecret(args, binding)) {
      return { ok: false, problem: `${name} is filled in by the house: leave it out. Nothing was sent.` };
    }
    try {
      const value = await resolveSecret(binding.ref);
      if (value === '') throw new Error(`${binding.ref} is not set`);
      secrets.push(value);
      filled = withSecret(filled, binding.path, value);
    } catch (error) {
      return {
        ok: false,
        problem: `${name}, a secret that this tool needs, cannot be read; nothing was sent. The tools page says why.`,
        detail: `The secret for ${serversName}.${name} cannot be read: ${describeError(error)}`,
      };
    }
  }
  return { ok: true, args: filled, secrets };
}
