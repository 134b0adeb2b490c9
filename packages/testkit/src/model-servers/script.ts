/** What a scripted model server answers. Both wire formats render the same script. */
export type ScriptedReply =
  | ScriptedAnswer
  /** An HTTP error; without `body`, one in the wire format's own envelope. */
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      readonly type?: string;
      readonly code?: string;
      readonly message?: string;
    }
  /** Some other program answers. */
  | { readonly kind: 'html'; readonly status?: number }
  /** Accepts the request and never answers. */
  | { readonly kind: 'hang' };

export interface ScriptedAnswer {
  readonly kind: 'answer';
  /** A string is streamed word by word, a list in its own pieces. */
  readonly text?: string | readonly string[];
  readonly thinking?: string | readonly string[];
  /** Anthropic: proof of the thinking block. */
  readonly signature?: string;
  readonly refusal?: string;
  readonly toolCalls?: readonly ScriptedCall[];
  readonly stopReason?: 'end' | 'tool_calls' | 'max_tokens' | 'refusal';
  /** Counted by the server's own strict tokenizer where it is not given. */
  readonly usage?: ScriptedUsage | 'omitted';
  /** Before the first byte of the reply. */
  readonly startDelayMs?: number;
  /** Between any two events. */
  readonly gapMs?: number;
  /** Nothing goes out after that many events until the promise has settled; beyond the last, the reply stays open. */
  readonly gate?: { readonly afterEvents: number; readonly open: Promise<unknown> };
  readonly fault?: ScriptedFault;
  /** Sends the bytes in pieces of this size, regardless of events and of characters. */
  readonly pieceBytes?: number;
  readonly dialect?: ChatDialect;
}

export interface ScriptedCall {
  readonly id?: string;
  readonly name: string;
  /** An object, or the text as the model wrote it. */
  readonly arguments: unknown;
  /** Characters of each streamed fragment of the arguments. */
  readonly fragment?: number;
}

export interface ScriptedUsage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
}

/** Something goes wrong after that many events. */
export type ScriptedFault = { readonly afterEvents: number } & (
  | /** Half of the next event, then the socket is destroyed. */ { readonly kind: 'cut' }
  | /** The reply ends in order, without its end mark. */ { readonly kind: 'end_early' }
  | { readonly kind: 'bad_json' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'error_event'; readonly type: string; readonly message: string }
);

/** How servers that call themselves compatible differ from OpenAI. */
export interface ChatDialect {
  /** A tool call arrives in one piece, not in fragments. */
  readonly wholeCalls?: boolean;
  readonly index?: 'none' | 'zero';
  readonly ids?: 'empty' | 'same';
  readonly reasoningField?: 'reasoning' | 'reasoning_content';
  /** The stream ends after the finish reason, without `[DONE]`. */
  readonly noDone?: boolean;
  /** Arguments as an object instead of its text. */
  readonly argumentsObject?: boolean;
}

export interface ScriptedRequest {
  /** Which request of this server it is, from 0. */
  readonly number: number;
  readonly model: string;
  readonly stream: boolean;
  /** The body as parsed; its shape was validated. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Text of the last message, wherever it stands. */
  readonly lastText: string;
  /** True where the last message brings results of tool calls. */
  readonly answersTools: boolean;
}

/** A list is played once, in order; a function answers for ever. */
export type Script =
  | readonly ScriptedReply[]
  | ((request: ScriptedRequest) => ScriptedReply | Promise<ScriptedReply>)
  | ConstantScript;

/** The same bytes for every request, prepared once: for benches. Requests are neither parsed nor recorded. */
export interface ConstantScript {
  readonly constant: ScriptedAnswer;
}

export function say(text: string | readonly string[], more: Partial<ScriptedAnswer> = {}): ScriptedAnswer {
  return { kind: 'answer', text, ...more };
}

export function callTool(
  name: string,
  args: unknown = {},
  more: Partial<ScriptedAnswer> = {},
): ScriptedAnswer {
  return { kind: 'answer', toolCalls: [{ name, arguments: args }], ...more };
}

export function pieces(text: string | readonly string[] | undefined): readonly string[] {
  if (text === undefined) return [];
  return typeof text === 'string' ? (text.match(/\S*\s*/gu) ?? []).filter((piece) => piece !== '') : text;
}

export function argumentsText(call: ScriptedCall): string {
  return typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments);
}

export function fragments(call: ScriptedCall): readonly string[] {
  const text = argumentsText(call);
  const size = call.fragment ?? 8;
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += size) parts.push(text.slice(at, at + size));
  return parts;
}

export function stopReasonOf(answer: ScriptedAnswer): NonNullable<ScriptedAnswer['stopReason']> {
  if (answer.stopReason !== undefined) return answer.stopReason;
  return (answer.toolCalls ?? []).length > 0 ? 'tool_calls' : 'end';
}
