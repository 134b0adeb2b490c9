import type { ScriptedReply, ScriptedRequest } from '@bakerst/testkit/model-servers/script';

type Reply = ScriptedReply | ((request: ScriptedRequest) => ScriptedReply | Promise<ScriptedReply>);

/**
 * What the model answers, by words of the person's last message. The replies of one entry are the model calls of the
 * turn in order; which one is due follows from the prompt alone, so that a call that is made again after a crash gets
 * the same answer.
 */
export class ScriptBook {
  readonly #entries: (readonly [string, readonly Reply[]])[] = [];

  /** The newest entry wins, so that the same words can be answered differently later. */
  on(words: string, ...replies: readonly Reply[]): void {
    this.#entries.unshift([words, replies]);
  }

  readonly script = (request: ScriptedRequest): ScriptedReply | Promise<ScriptedReply> => {
    const messages = request.body.messages as readonly { readonly role: string; readonly content: unknown }[];
    const asked = messages.findLastIndex((message) => message.role === 'user');
    const said = JSON.stringify(messages[asked]?.content ?? '');
    const call = messages.slice(asked + 1).filter((message) => message.role === 'assistant').length;
    const replies = this.#entries.find(([words]) => said.includes(words))?.[1] ?? [];
    const reply = replies[Math.min(call, replies.length - 1)];
    if (reply === undefined)
      return { kind: 'error', status: 400, message: `Nothing is scripted for ${said}` };
    return typeof reply === 'function' ? reply(request) : reply;
  };
}
