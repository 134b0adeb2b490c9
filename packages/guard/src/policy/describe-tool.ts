import type { ToolDefinition } from '@bakerst/shared/tools';
import { argumentPolicy, type CompiledPolicy, slotOf } from './compile-policy.ts';
import { standingOf } from './tool-standing.ts';

const MOST_ARGUMENTS = 40;

/**
 * `mail__send_email (external): recipients = recipient, subject = what is said`; names only, and only plain ones. An
 * argument of a server is named where the policy names it: what its server calls things is the server's prose.
 */
export function describeTool(compiled: CompiledPolicy, definition: ToolDefinition): string {
  const { effect } = standingOf(compiled, definition);
  const policy = compiled.tools.get(definition.name)?.policy;
  const properties = definition.parameters.properties;
  const names = Object.keys(typeof properties === 'object' && properties !== null ? properties : {});
  const declared = Object.keys(policy?.arguments ?? {});
  const known = definition.server === 'core' ? names : names.filter((name) => declared.includes(name));
  const plain = known.filter((name) => /^[A-Za-z][\w-]{0,60}$/.test(name)).slice(0, MOST_ARGUMENTS);
  const roles = plain.map((name) => {
    const spec = argumentPolicy(policy, name);
    return `${name} = ${spec.role === 'content' ? 'what is said' : slotOf(spec, name)}`;
  });
  return `${definition.name} (${effect})${roles.length > 0 ? `: ${roles.join(', ')}` : ''}`;
}
