import type { ToolResultPart } from '@bakerst/shared/content';
import type { ModelRequest, PromptContent } from '@bakerst/shared/models';
import { objectSchema } from '../object-schema.ts';
import { pairCalls, type WireMessage, type WirePart, type WireResult } from '../paired-calls.ts';
import { isReasoningField } from '../reasoning-field.ts';
import { openRedacted } from './redacted-thinking.ts';

type Block = { readonly type: string; cache_control?: { type: 'ephemeral' } } & Record<string, unknown>;
interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: Block[];
}

const IMAGE_TYPES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
const CACHE = { type: 'ephemeral' } as const;

/**
 * The body of `POST /v1/messages`. Cache marks stand at the end of the tools, of the system prompt and of the
 * messages' stable prefix: three of the four that the API takes.
 */
export function anthropicBody(request: ModelRequest): unknown {
  const system: Block[] = request.system.filter(hasText).map((text) => ({ type: 'text', text }));
  const tools: Block[] = request.tools.map((tool) => ({
    type: 'custom',
    name: tool.name,
    description: tool.description,
    input_schema: objectSchema(tool.parameters),
  }));
  mark(system.at(-1));
  mark(tools.at(-1));
  return {
    model: request.model,
    max_tokens: request.maxOutputTokens,
    stream: true,
    ...(system.length > 0 ? { system } : {}),
    ...(tools.length > 0 ? { tools } : {}),
    messages: toMessages(pairCalls(request)),
  };
}

function toMessages(paired: readonly WireMessage[]): Message[] {
  const messages: Message[] = [];
  let lastStable: Block | undefined;
  for (const message of paired) {
    const content = blocksOf(message);
    if (content.length === 0) continue;
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const last = messages.at(-1);
    // The API wants roles to alternate, and the first message from the user.
    if (last?.role === role) last.content.push(...content);
    else {
      if (last === undefined && role === 'assistant') messages.push(leftOut());
      messages.push({ role, content });
    }
    if (message.stable) lastStable = content.findLast(canBeMarked) ?? lastStable;
  }
  mark(lastStable);
  return messages.length > 0 ? messages : [leftOut()];
}

function blocksOf(message: WireMessage): Block[] {
  switch (message.role) {
    case 'user':
      return message.content.flatMap(userBlock);
    case 'assistant':
      return message.content.flatMap(assistantBlock);
    case 'results':
      return message.results.map(resultBlock);
  }
}

function userBlock(part: PromptContent | ToolResultPart): Block[] {
  switch (part.type) {
    case 'text':
      // The API refuses text blocks without any text in them.
      return hasText(part.text) ? [{ type: 'text', text: part.text }] : [];
    case 'image':
      return [imageBlock(part.mediaType, part.data)];
    case 'pdf': {
      const source = { type: 'base64', media_type: 'application/pdf', data: part.data };
      return [{ type: 'document', title: part.name, source }];
    }
  }
}

function imageBlock(mediaType: string, data: string): Block {
  return IMAGE_TYPES.has(mediaType)
    ? { type: 'image', source: { type: 'base64', media_type: mediaType, data } }
    : { type: 'text', text: `[An image of the type ${mediaType}, which this model does not take.]` };
}

function assistantBlock(part: WirePart): Block[] {
  switch (part.type) {
    case 'text':
      return hasText(part.text) ? [{ type: 'text', text: part.text }] : [];
    case 'tool_call':
      return [{ type: 'tool_use', id: part.id, name: part.name, input: part.input }];
    case 'thinking':
      return thinkingBlock(part.text, part.signature);
  }
}

/** Reasoning without Anthropic's signature came from another provider, and would be refused. */
function thinkingBlock(thinking: string, signature: string | undefined): Block[] {
  if (signature === undefined || signature === '' || isReasoningField(signature)) return [];
  const data = openRedacted(signature);
  return [
    data === undefined ? { type: 'thinking', thinking, signature } : { type: 'redacted_thinking', data },
  ];
}

function resultBlock(result: WireResult): Block {
  const content = result.content.flatMap(userBlock);
  return {
    type: 'tool_result',
    tool_use_id: result.id,
    ...(content.length > 0 ? { content } : {}),
    ...(result.isError ? { is_error: true } : {}),
  };
}

function leftOut(): Message {
  return { role: 'user', content: [{ type: 'text', text: '(What came before is left out.)' }] };
}

function canBeMarked(block: Block): boolean {
  return block.type !== 'thinking' && block.type !== 'redacted_thinking';
}

function mark(block: Block | undefined): void {
  if (block !== undefined) block.cache_control = CACHE;
}

function hasText(text: string): boolean {
  return text.trim() !== '';
}
