import { CodedError } from '@bakerst/shared/coded-error';
import type { ModelPart, Usage } from '@bakerst/shared/content';
import type { ModelRequest, ModelStreamEvent, Provider } from '@bakerst/shared/models';

export type ScriptedReply =
  | {
      readonly text: string;
      readonly thinking?: string;
      readonly calls?: readonly { readonly name: string; readonly arguments: string }[];
      /** What a provider says of itself and of its use, true or not. */
      readonly reportedModel?: string;
      readonly usage?: Usage;
    }
  | { readonly error: Error; readonly after?: string }
  /** Streams `text`, then waits until aborted. */
  | { readonly hang: true; readonly text?: string };

export const SCRIPTED_USAGE: Usage = {
  inputTokens: 100,
  outputTokens: 10,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
};

/** The planner's prompt in tests. */
export const PLANNER = 'Plan.';

/** A provider that answers from a script; a real one at the seam, without a network. Records what it was asked. */
export class ScriptedProvider implements Provider {
  readonly name: string;
  readonly requests: ModelRequest[] = [];
  /** What the planner was asked. */
  readonly planned: ModelRequest[] = [];
  readonly #replies: ((request: ModelRequest) => ScriptedReply)[] = [];
  /** What is answered when the script is over. */
  otherwise: (request: ModelRequest) => ScriptedReply = () => ({ text: 'ok' });
  /** What the planner answers; it is asked beside the script. */
  plan = '[]';

  constructor(name: string) {
    this.name = name;
  }

  reply(...replies: (ScriptedReply | ((request: ModelRequest) => ScriptedReply))[]): void {
    this.#replies.push(...replies.map((reply) => (typeof reply === 'function' ? reply : () => reply)));
  }

  async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelStreamEvent> {
    const isPlanner = request.system.some((text) => text.startsWith(PLANNER));
    (isPlanner ? this.planned : this.requests).push(request);
    const reply = isPlanner ? { text: this.plan } : (this.#replies.shift() ?? this.otherwise)(request);
    signal.throwIfAborted();
    if ('error' in reply) {
      if (reply.after) yield { type: 'text', text: reply.after };
      throw reply.error;
    }
    if ('hang' in reply) {
      if (reply.text) yield { type: 'text', text: reply.text };
      await new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
      );
      return;
    }
    for (const word of reply.text.match(/\S+\s*/g) ?? []) yield { type: 'text', text: word };
    const calls = (reply.calls ?? []).map(
      (call, index): ModelPart => ({ type: 'tool_call', call: '', providerId: `p${index}`, ...call }),
    );
    const text: ModelPart[] = reply.text === '' ? [] : [{ type: 'text', text: reply.text }];
    const thinking: ModelPart[] =
      reply.thinking === undefined ? [] : [{ type: 'thinking', text: reply.thinking, signature: 'signed' }];
    yield {
      type: 'end',
      parts: [...thinking, ...text, ...calls],
      stopReason: calls.length > 0 ? 'tool_calls' : 'end',
      usage: reply.usage ?? SCRIPTED_USAGE,
      usageSource: 'reported',
      reportedModel: reply.reportedModel ?? request.model,
    };
  }

  async listModels(): Promise<readonly string[]> {
    return ['m'];
  }
}

export function providerError(code: string, retryable = true): CodedError {
  return new CodedError({ code, message: 'no', remedy: 'none', retryable });
}
