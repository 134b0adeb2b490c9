import type { ModelPart } from '@bakerst/shared/content';
import type { ModelStreamEvent } from '@bakerst/shared/models';
import type { ToolCallDelta } from './chat-wire.ts';

interface GrowingCall {
  readonly index: number | undefined;
  /** As the server sent it; may be empty or repeated. */
  readonly sentId: string;
  readonly providerId: string;
  readonly name: string;
  readonly pieces: string[];
}

/**
 * Puts tool calls together from deltas. Servers differ: OpenAI sends fragments by index; others send whole calls,
 * without an index, all under index 0, with empty ids, or with one id for all.
 */
export class ToolCallDeltas {
  readonly #calls: GrowingCall[] = [];

  add(delta: ToolCallDelta): readonly ModelStreamEvent[] {
    const text = argumentsText(delta);
    const open = this.#find(delta, text);
    if (open !== undefined) {
      open.pieces.push(text);
      return [];
    }
    const name = delta.function?.name ?? '';
    // A fragment that belongs to no call, and starts none.
    if (name === '') return [];
    const sentId = delta.id ?? '';
    const providerId = this.#uniqueId(sentId);
    this.#calls.push({ index: delta.index ?? undefined, sentId, providerId, name, pieces: [text] });
    return [{ type: 'tool_call_started', providerId, name }];
  }

  parts(): ModelPart[] {
    return this.#calls.map(({ providerId, name, pieces }) => {
      const text = pieces.join('');
      return { type: 'tool_call', call: '', providerId, name, arguments: text === '' ? '{}' : text };
    });
  }

  get count(): number {
    return this.#calls.length;
  }

  /** The call this delta continues, if it does not start one. */
  #find(delta: ToolCallDelta, text: string): GrowingCall | undefined {
    const index = delta.index ?? undefined;
    const id = delta.id ?? '';
    const candidate =
      index === undefined ? this.#byId(id) : this.#calls.findLast((call) => call.index === index);
    if (candidate === undefined) return undefined;
    const name = delta.function?.name ?? '';
    if (name === '') return candidate;
    // The place or the id is taken, but another name, another id or a second whole object makes it another call.
    if (name !== candidate.name) return undefined;
    if (id !== '' && candidate.sentId !== '' && id !== candidate.sentId) return undefined;
    // An empty delta under the same id is a repetition by a chatty server, not a call without arguments.
    if (text === '' && id !== '') return candidate;
    return isWholeObject(candidate.pieces.join('')) ? undefined : candidate;
  }

  /** Without an index: the call of that id, or the last one where there is no id either. */
  #byId(id: string): GrowingCall | undefined {
    return id === '' ? this.#calls.at(-1) : this.#calls.findLast((call) => call.sentId === id);
  }

  #uniqueId(sentId: string): string {
    const taken = (id: string) => this.#calls.some((call) => call.providerId === id);
    if (sentId !== '' && !taken(sentId)) return sentId;
    const base = sentId === '' ? 'call' : sentId;
    let number = this.#calls.length + 1;
    while (taken(`${base}_${number}`)) number++;
    return `${base}_${number}`;
  }
}

function argumentsText(delta: ToolCallDelta): string {
  const given = delta.function?.arguments ?? '';
  return typeof given === 'string' ? given : JSON.stringify(given);
}

function isWholeObject(text: string): boolean {
  if (!text.trimEnd().endsWith('}')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
