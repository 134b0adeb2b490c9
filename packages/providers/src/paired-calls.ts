import type { ModelPart, ToolResultPart } from '@bakerst/shared/content';
import type { ModelRequest, PromptContent, PromptMessage } from '@bakerst/shared/models';

export interface WireCall {
  readonly type: 'tool_call';
  /** Unique in this request, and made of characters that every provider takes. */
  readonly id: string;
  readonly name: string;
  /** What the model wrote, as an object: some servers answer 400 for anything else. */
  readonly input: Readonly<Record<string, unknown>>;
}
export type WirePart = Exclude<ModelPart, { type: 'tool_call' }> | WireCall;

export interface WireResult {
  readonly id: string;
  readonly name: string;
  readonly isError: boolean;
  readonly content: readonly ToolResultPart[];
}

/** A message as both wire formats want it. `stable`: it lies within the request's stable prefix. */
export type WireMessage =
  | { readonly role: 'user'; readonly content: readonly PromptContent[]; readonly stable: boolean }
  | { readonly role: 'assistant'; readonly content: readonly WirePart[]; readonly stable: boolean }
  | { readonly role: 'results'; readonly results: readonly WireResult[]; readonly stable: boolean };

const NO_RESULT = 'No result of this call was recorded: it may or may not have run.';

/**
 * Brings tool calls and their results into the strict order that providers demand: every call has exactly one
 * result, all of a batch right behind it, under ids that are unique although servers send empty and repeated ones.
 * A result that no call in the prompt asked for is left out.
 */
export function pairCalls(request: ModelRequest): readonly WireMessage[] {
  const paired: WireMessage[] = [];
  const used = new Set<string>();
  request.messages.forEach((message, index) => {
    if (message.role === 'tool') return;
    const stable = index < request.stablePrefix;
    if (message.role === 'user') {
      paired.push({ role: 'user', content: message.content, stable });
      return;
    }
    const answered = resultsAfter(request.messages, index);
    const results: WireResult[] = [];
    const content = message.content.map((part): WirePart => {
      if (part.type !== 'tool_call') return part;
      const id = uniqueId(part, used);
      results.push({ ...takeResult(answered, part), id, name: part.name });
      return { type: 'tool_call', id, name: part.name, input: argumentsObject(part.arguments) };
    });
    paired.push({ role: 'assistant', content, stable });
    const resultsStable = index + results.length < request.stablePrefix;
    if (results.length > 0) paired.push({ role: 'results', results, stable: resultsStable });
  });
  return paired;
}

type ToolMessage = Extract<PromptMessage, { role: 'tool' }>;
type ToolCall = Extract<ModelPart, { type: 'tool_call' }>;

function resultsAfter(messages: readonly PromptMessage[], index: number): ToolMessage[] {
  const results: ToolMessage[] = [];
  for (const message of messages.slice(index + 1)) {
    if (message.role === 'assistant') break;
    if (message.role === 'tool') results.push(message);
  }
  return results;
}

/** Our own id decides; the provider's only where a call was never given ours. */
function takeResult(answered: ToolMessage[], call: ToolCall): Pick<WireResult, 'isError' | 'content'> {
  const at = answered.findIndex((result) =>
    call.call === '' ? result.providerId === call.providerId : result.call === call.call,
  );
  const [result] = at === -1 ? [] : answered.splice(at, 1);
  return result ?? { isError: true, content: [{ type: 'text', text: NO_RESULT }] };
}

function uniqueId(call: ToolCall, used: Set<string>): string {
  // 40 characters is the most that OpenAI takes; our id fits without its hyphens.
  const candidates = [call.providerId, call.call.replaceAll('-', ''), `call_${used.size}`];
  const usable = candidates.find((id) => /^[a-zA-Z0-9_-]{1,40}$/.test(id) && !used.has(id));
  const id = usable ?? `call_n${used.size}`;
  used.add(id);
  return id;
}

function argumentsObject(text: string): Readonly<Record<string, unknown>> {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  // The model should see what it wrote, next to the result that calls it wrong.
  return { not_a_json_object: text };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
