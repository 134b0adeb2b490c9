import type { Receipt } from '@bakerst/shared/audit';
import type { ToolCallPart } from '@bakerst/shared/content';
import type { Guard, GuardContext, ToolStanding } from '@bakerst/shared/guard';
import type { StepOf } from '@bakerst/shared/steps';
import type { ToolDefinition, ToolOutput, ToolSource } from '@bakerst/shared/tools';
import type { ResultInspector } from '../inspect-result.ts';
import type { PermitEvidence } from '../run-permits.ts';
import { UnifiedToolRegistry } from '../unified-tool-registry.ts';
import { createArgumentValidator } from '../validate-arguments.ts';

export const request = {
  turn: 'turn_1',
  conversation: 'conv_1',
  principal: 'prn_1',
  unattended: false,
  stops: [],
  grants: [],
};
export const context: GuardContext = {
  request,
  label: { integrity: 'trusted', confidentiality: 'internal' },
  past: undefined,
};

export const standing = ({ effect, idempotent, server }: ToolDefinition): ToolStanding => ({
  effect,
  idempotent,
  acceptance: server === 'core' ? 'core' : 'accepted',
  results: { integrity: server === 'core' ? 'trusted' : 'untrusted', confidentiality: 'internal' },
  clearance: 'internal',
});
const explained = () => {
  throw new TypeError('Not asked here.');
};
export const allowAll: Guard = {
  policyHash: 'p',
  policyText: '',
  standing,
  describe: ({ name }) => name,
  begin: () => context,
  wantsPlan: () => false,
  lookups: () => [],
  decide: () => ({ decision: 'allow', reasons: [] }),
  judgedEffect: (_, call) => call.effect,
  explain: explained,
  observe: (before) => before,
};
export const inspector: ResultInspector = {
  redact: (text) => ({ text, count: 0 }),
  redactData: (value) => ({ value, count: 0 }),
  detect: () => [],
  isInert: () => false,
  findLeaks: () => [],
};
export const denyAll: Guard = {
  ...allowAll,
  decide: () => ({ decision: 'deny', reasons: [{ rule: 'r', message: 'no' }] }),
};

export interface Fake {
  readonly source: ToolSource;
  readonly ran: Readonly<Record<string, unknown>>[];
}

export function toolDefinition(over: Partial<ToolDefinition> = {}): ToolDefinition {
  return {
    name: 'send',
    server: 'mail',
    description: 'Sends',
    parameters: {
      type: 'object',
      properties: { to: { type: 'string' }, count: { type: 'integer', maximum: 3 } },
      required: ['to'],
      additionalProperties: false,
    },
    effect: 'external',
    idempotent: false,
    deadlineMs: 1_000,
    maxResultBytes: 100,
    pin: 'pin1',
    ...over,
  };
}

export function fakeSource(over: Partial<ToolDefinition> = {}, run?: ToolSource['call']): Fake {
  const ran: Readonly<Record<string, unknown>>[] = [];
  const definition = toolDefinition(over);
  const source: ToolSource = {
    server: definition.server,
    tools: () => [definition],
    call: async (tool, args, callContext): Promise<ToolOutput> => {
      ran.push(args);
      return run
        ? run(tool, args, callContext)
        : { content: [{ type: 'text', text: 'sent' }], isError: false };
    },
  };
  return { source, ran };
}

export const registryOf = (guard: Guard, ...sources: ToolSource[]) =>
  new UnifiedToolRegistry({
    sources: () => sources,
    guard,
    validator: createArgumentValidator(),
    inspector,
    clock: () => performance.now(),
  });

export const callPart = (args: string, name = 'send'): ToolCallPart => ({
  type: 'tool_call',
  call: 'call_1',
  providerId: 'x',
  name,
  arguments: args,
});
export const head = {
  v: 1,
  id: 'step_1',
  at: '2026-01-01T00:00:00.000Z',
  actor: 'b',
  onBehalfOf: 'p',
} as const;

export const place = { clientTools: new Set(['browse']), signal: new AbortController().signal };

export async function decidedStep(
  registry: UnifiedToolRegistry,
  args = '{"to":"a"}',
  name = 'send',
): Promise<StepOf<'tool_decided'>> {
  const decision = await registry.decide(context, callPart(args, name), place);
  return { ...head, type: 'tool_decided', ...decision };
}

export function evidenceFor(decided: StepOf<'tool_decided'>): PermitEvidence {
  const intended: StepOf<'tool_intended'> = {
    ...head,
    type: 'tool_intended',
    call: decided.call,
    event: 'evt_1',
    digest: decided.digest,
  };
  const receipt: Receipt = { event: 'evt_1', digest: 'sealed', index: 0, assurance: 'not tamper-evident' };
  return { decided, intended, receipt, intentDigest: 'sealed' };
}

export const runIn = (signal = new AbortController().signal) => ({
  principal: 'prn_1',
  conversation: 'conv_1',
  turn: 'turn_1',
  signal,
});

export async function outcomeIn(registry: UnifiedToolRegistry) {
  return registry.run(registry.permit(evidenceFor(await decidedStep(registry))), runIn());
}

export async function outcomeOf(
  over: Partial<ToolDefinition>,
  run: ToolSource['call'],
  signal?: AbortSignal,
) {
  const registry = registryOf(allowAll, fakeSource(over, run).source);
  return registry.run(registry.permit(evidenceFor(await decidedStep(registry))), runIn(signal));
}
export const never = () => new Promise<ToolOutput>(() => undefined);
