import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { CompletionRequest } from './completion-request.ts';
import type { Answer } from './language-model.ts';

interface Asked {
  readonly request: CompletionRequest;
  readonly name: string;
  readonly created: number;
}

/** One answer on the wire: a stream of chunks, or one body at the end. */
export class CompletionWriter {
  readonly #response: ServerResponse;
  readonly #asked: Asked;
  readonly #id = `chatcmpl-${randomUUID()}`;
  readonly #texts: string[] = [];

  constructor(response: ServerResponse, asked: Asked) {
    this.#response = response;
    this.#asked = asked;
  }

  write(text: string): void {
    this.#texts.push(text);
    if (!this.#asked.request.stream) return;
    if (!this.#response.headersSent) this.#begin();
    this.#chunk({ choices: [{ index: 0, delta: { content: text }, finish_reason: null }] });
  }

  end({ finishReason, ...counts }: Answer & { readonly promptTokens: number }): void {
    const usage = usageOf(counts);
    if (this.#asked.request.stream) this.#finish(finishReason, usage);
    else this.#whole(finishReason, usage);
  }

  #finish(finishReason: Answer['finishReason'], usage: unknown): void {
    if (!this.#response.headersSent) this.#begin();
    this.#chunk({ choices: [{ index: 0, delta: {}, finish_reason: finishReason }] });
    if (this.#asked.request.stream_options?.include_usage) this.#chunk({ choices: [], usage });
    this.#response.end('data: [DONE]\n\n');
  }

  #begin(): void {
    this.#response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    const delta = { role: 'assistant', content: '' };
    this.#chunk({ choices: [{ index: 0, delta, finish_reason: null }] });
  }

  #chunk(fields: Readonly<Record<string, unknown>>): void {
    const { name, created } = this.#asked;
    const chunk = { id: this.#id, object: 'chat.completion.chunk', created, model: name, ...fields };
    this.#response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  }

  #whole(finishReason: Answer['finishReason'], usage: unknown): void {
    const { name, created } = this.#asked;
    const message = { role: 'assistant', content: this.#texts.join('') };
    const choices = [{ index: 0, message, finish_reason: finishReason }];
    const body = { id: this.#id, object: 'chat.completion', created, model: name, choices, usage };
    this.#response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }
}

function usageOf(counts: {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cachedTokens: number;
}): unknown {
  return {
    prompt_tokens: counts.promptTokens,
    completion_tokens: counts.completionTokens,
    total_tokens: counts.promptTokens + counts.completionTokens,
    prompt_tokens_details: { cached_tokens: counts.cachedTokens },
  };
}
