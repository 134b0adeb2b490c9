import { setTimeout as wait } from 'node:timers/promises';
import type { ModelPart } from '@bakerst/shared/content';
import type { ModelRequest, ModelStreamEvent, Provider } from '@bakerst/shared/models';
import { estimateTextTokens, estimateUsage } from '../estimate-usage.ts';
import { demoReply } from './demo-reply.ts';

export interface DemoProviderOptions {
  /** Between any two words, so that an answer is seen to stream. */
  readonly wordDelayMs?: number;
}

const MODEL = 'demo';
const DEFAULT_WORD_DELAY_MS = 18;
/** Stands at the end of every answer: nobody shall take this for a language model. */
export const DEMO_LINE = '— demo model, no language model is connected';

/** The built-in model: no network, no key, no cost. It uses the tools it is offered when asked in plain words. */
export function createDemoProvider(options: DemoProviderOptions = {}): Provider {
  const wordDelayMs = options.wordDelayMs ?? DEFAULT_WORD_DELAY_MS;
  return {
    name: 'demo',
    stream: (request, signal) => streamReply(request, signal, wordDelayMs),
    listModels: async (signal) => {
      signal.throwIfAborted();
      return [MODEL];
    },
  };
}

async function* streamReply(
  request: ModelRequest,
  signal: AbortSignal,
  wordDelayMs: number,
): AsyncGenerator<ModelStreamEvent> {
  signal.throwIfAborted();
  const reply = demoReply(request);
  if (reply.kind === 'call') {
    // Unique in a conversation: every call of it follows a longer one.
    const providerId = `demo_${request.messages.length}`;
    yield { type: 'tool_call_started', providerId, name: reply.tool };
    const text = JSON.stringify(reply.arguments);
    yield end(request, [{ type: 'tool_call', call: '', providerId, name: reply.tool, arguments: text }]);
    return;
  }
  const { text, cut } = fit(reply.text, request.maxOutputTokens);
  for (const word of text.match(/\s*\S+\s*/gu) ?? []) {
    await pause(wordDelayMs, signal);
    yield { type: 'text', text: word };
  }
  yield end(request, [{ type: 'text', text }], cut);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) {
    try {
      await wait(ms, undefined, { signal });
    } catch (error) {
      // The caller gets the signal's own reason instead of the timer's.
      signal.throwIfAborted();
      throw error;
    }
  }
  signal.throwIfAborted();
}

function end(request: ModelRequest, parts: readonly ModelPart[], cut = false): ModelStreamEvent {
  const calls = parts.some((part) => part.type === 'tool_call');
  return {
    type: 'end',
    parts,
    stopReason: cut ? 'max_tokens' : calls ? 'tool_calls' : 'end',
    usage: estimateUsage(request, parts),
    usageSource: 'estimated',
    reportedModel: MODEL,
  };
}

/** The answer with the honest line at its end, which is never what gives way to a limit. */
function fit(body: string, maxTokens: number): { readonly text: string; readonly cut: boolean } {
  let kept = body;
  while (kept !== '' && estimateTextTokens(kept) + estimateTextTokens(DEMO_LINE) > maxTokens) {
    kept = kept
      .slice(0, Math.floor(kept.length * 0.8))
      .toWellFormed()
      .trimEnd();
  }
  return { text: kept === '' ? DEMO_LINE : `${kept}\n\n${DEMO_LINE}`, cut: kept !== body };
}
