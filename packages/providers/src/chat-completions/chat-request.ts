import type { ToolResultPart } from '@bakerst/shared/content';
import type { ModelRequest, PromptContent, ToolSpec } from '@bakerst/shared/models';
import { objectSchema } from '../object-schema.ts';
import {
  pairCalls,
  type WireCall,
  type WireMessage,
  type WirePart,
  type WireResult,
} from '../paired-calls.ts';
import { isReasoningField } from '../reasoning-field.ts';
import type { ChatCompletionsType } from './chat-wire.ts';

type Content = string | Part[];
type Part = Readonly<Record<string, unknown>> & { readonly type: string };
interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  content: Content | null;
  readonly [field: string]: unknown;
}

/** OpenAI's own endpoint refuses longer descriptions. */
const OPENAI_DESCRIPTION_CHARS = 1_024;

/** The body of `POST /chat/completions`. Prefix caching is automatic wherever it exists: nothing is marked. */
export function chatBody(request: ModelRequest, type: ChatCompletionsType): unknown {
  // OpenAI's reasoning models take only the newer name, many compatible servers only the older.
  const limit = type === 'openai' ? 'max_completion_tokens' : 'max_tokens';
  return {
    model: request.model,
    messages: toMessages(request, type),
    [limit]: request.maxOutputTokens,
    stream: true,
    stream_options: { include_usage: true },
    ...(request.tools.length > 0 ? { tools: request.tools.map((tool) => toolOf(tool, type)) } : {}),
  };
}

function toolOf(tool: ToolSpec, type: ChatCompletionsType): unknown {
  const { name, description } = tool;
  const cut = type === 'openai' && description.length > OPENAI_DESCRIPTION_CHARS;
  return {
    type: 'function',
    function: {
      name,
      description: cut ? `${description.slice(0, OPENAI_DESCRIPTION_CHARS - 1)}…` : description,
      parameters: objectSchema(tool.parameters),
    },
  };
}

function toMessages(request: ModelRequest, type: ChatCompletionsType): Message[] {
  const system = request.system.filter((text) => text.trim() !== '').join('\n\n');
  const messages: Message[] = system === '' ? [] : [{ role: 'system', content: system }];
  const paired = pairCalls(request);
  // Reasoning goes back only within the running tool loop, and only to the kind of server that asks for it.
  const loopStart =
    type === 'openai-compatible' ? paired.findLastIndex((m) => m.role === 'user') : paired.length;
  paired.forEach((message, index) => {
    for (const next of messagesOf(message, index > loopStart)) append(messages, next);
  });
  return messages;
}

/** Many chat templates refuse two messages of one role in a row. */
function append(messages: Message[], next: Message): void {
  const last = messages.at(-1);
  if (last?.role === 'user' && next.role === 'user') {
    last.content = joinContent(last.content, next.content);
  } else if (last?.role === 'assistant' && next.role === 'assistant') {
    messages[messages.length - 1] = { ...last, ...next, content: joinContent(last.content, next.content) };
  } else {
    messages.push(next);
  }
}

function joinContent(a: Content | null, b: Content | null): Content {
  if (typeof a === 'string' && typeof b === 'string')
    return [a, b].filter((text) => text !== '').join('\n\n');
  return [...asParts(a), ...asParts(b)];
}

function asParts(content: Content | null): Part[] {
  if (Array.isArray(content)) return content;
  return content === null || content === '' ? [] : [{ type: 'text', text: content }];
}

function messagesOf(message: WireMessage, inLoop: boolean): Message[] {
  switch (message.role) {
    case 'user':
      return [{ role: 'user', content: userContent(message.content) }];
    case 'assistant':
      return [assistantMessage(message.content, inLoop)];
    case 'results':
      return [...message.results.map(toolMessage), ...imagesOf(message.results)];
  }
}

/** A plain string wherever possible: some servers take nothing else. */
function userContent(content: readonly (PromptContent | ToolResultPart)[]): Content {
  const onlyText = content.every((part) => part.type === 'text');
  return onlyText ? textOf(content) : content.map(userPart);
}

function textOf(content: readonly (PromptContent | ToolResultPart)[]): string {
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n');
}

function userPart(part: PromptContent): Part {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'image':
      return { type: 'image_url', image_url: { url: `data:${part.mediaType};base64,${part.data}` } };
    case 'pdf': {
      const file = { filename: part.name, file_data: `data:application/pdf;base64,${part.data}` };
      return { type: 'file', file };
    }
  }
}

function assistantMessage(content: readonly WirePart[], inLoop: boolean): Message {
  const text = content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('');
  const calls = content.filter((part): part is WireCall => part.type === 'tool_call');
  const reasoning = content.flatMap((part) =>
    part.type === 'thinking' && isReasoningField(part.signature ?? '') ? [part.text] : [],
  );
  return {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    ...(inLoop && reasoning.length > 0 ? { reasoning_content: reasoning.join('') } : {}),
    ...(calls.length > 0 ? { tool_calls: calls.map(toolCall) } : {}),
  };
}

function toolCall(call: WireCall): unknown {
  const { id, name, input } = call;
  return { id, type: 'function', function: { name, arguments: JSON.stringify(input) } };
}

/** A tool message holds text alone: pictures follow in a user message of their own. */
function toolMessage(result: WireResult): Message {
  const pictures = result.content.filter((part) => part.type === 'image').length;
  const lines = [textOf(result.content)];
  if (pictures > 0) lines.push(`[${pictures} image(s) of this result follow]`);
  const text = lines.filter((line) => line !== '').join('\n\n');
  const content = result.isError ? `Error: ${text}` : text;
  return { role: 'tool', tool_call_id: result.id, content };
}

function imagesOf(results: readonly WireResult[]): Message[] {
  const content: PromptContent[] = results.flatMap((result) => {
    const images = result.content.filter((part) => part.type === 'image');
    return images.length === 0
      ? []
      : [{ type: 'text' as const, text: `Image(s) in the result of ${result.name}:` }, ...images];
  });
  return content.length === 0 ? [] : [{ role: 'user', content: content.map(userPart) }];
}
