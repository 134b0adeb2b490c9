import type { ModelPart, Usage } from '@bakerst/shared/content';
import type { ModelRequest, PromptContent, PromptMessage } from '@bakerst/shared/models';

/** More than any tokenizer in use spends on a picture of the largest accepted size. */
const IMAGE_TOKENS = 4_000;
/** A page costs up to 3,000 tokens, and text pages are about 4 kB of a PDF. */
const PDF_CHARS_PER_TOKEN = 2;
const PER_MESSAGE = 12;

/**
 * Tokens of a text, guessed upwards: what a provider does not report is charged from this. English runs at four
 * characters a token; dense code and digits at three; a byte-level tokenizer never spends more than one a byte.
 */
export function estimateTextTokens(text: string): number {
  let wide = 0;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) wide++;
  // A UTF-16 unit above ASCII takes two or three bytes.
  return Math.ceil((text.length - wide) / 2.5 + wide * 1.5);
}

export function estimateUsage(request: ModelRequest, parts: readonly ModelPart[]): Usage {
  let input = request.system.reduce((sum, text) => sum + estimateTextTokens(text), PER_MESSAGE);
  for (const tool of request.tools) input += estimateTextTokens(JSON.stringify(tool)) + PER_MESSAGE;
  for (const message of request.messages) input += messageTokens(message);
  return {
    inputTokens: input,
    outputTokens: parts.length === 0 ? 0 : partsTokens(parts),
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
  };
}

function messageTokens(message: PromptMessage): number {
  if (message.role === 'assistant') return partsTokens(message.content);
  let sum = PER_MESSAGE;
  for (const part of message.content) sum += contentTokens(part);
  return sum;
}

function contentTokens(part: PromptContent): number {
  switch (part.type) {
    case 'text':
      return estimateTextTokens(part.text);
    case 'image':
      return IMAGE_TOKENS;
    case 'pdf':
      return Math.ceil(part.data.length / PDF_CHARS_PER_TOKEN);
  }
}

export function partsTokens(parts: readonly ModelPart[]): number {
  let sum = PER_MESSAGE;
  for (const part of parts) {
    if (part.type === 'tool_call') sum += estimateTextTokens(part.name + part.arguments) + PER_MESSAGE;
    else sum += estimateTextTokens(part.text);
  }
  return sum;
}
