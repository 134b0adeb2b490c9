import type { MessagePart } from '@bakerst/shared/content';
import type { Label } from '@bakerst/shared/labels';
import { joinLabels } from '@bakerst/shared/labels';
import type { PromptContent } from '@bakerst/shared/models';
import type { StepOf } from '@bakerst/shared/steps';
import {
  estimateTokens,
  IMAGE_TOKENS,
  MESSAGE_OVERHEAD_TOKENS,
  PDF_TOKENS_PER_KIB,
} from './estimate-tokens.ts';
import { inertText } from './inert-text.ts';

/** Reads the bytes of an attachment of this conversation's owner. */
export type LoadAttachment = (id: string) => Uint8Array;

export interface RenderedMessage {
  readonly content: readonly PromptContent[];
  readonly label: Label;
  readonly tokens: number;
}

const OPERATOR_WORDS: Label = { integrity: 'trusted', confidentiality: 'internal' };
const BROUGHT_ALONG: Label = { integrity: 'untrusted', confidentiality: 'internal' };

/**
 * A person's message as the model reads it. The person's words stand plain; everything they brought along stands
 * between marks that name what it is and cannot be closed from inside.
 */
export function renderMessage(message: StepOf<'message_received'>, load: LoadAttachment): RenderedMessage {
  const rendered = message.parts.map((part) => renderPart(part, message.label, load));
  return {
    content: rendered.map((one) => one.content),
    label: rendered.reduce((label, one) => joinLabels(label, one.label), message.label),
    tokens: rendered.reduce((sum, one) => sum + one.tokens, MESSAGE_OVERHEAD_TOKENS),
  };
}

interface RenderedPart {
  readonly content: PromptContent;
  readonly label: Label;
  readonly tokens: number;
}

function renderPart(part: MessagePart, words: Label, load: LoadAttachment): RenderedPart {
  switch (part.type) {
    case 'words':
      return { content: { type: 'text', text: part.text }, label: words, tokens: estimateTokens(part.text) };
    case 'quoted':
      return renderQuoted(part);
    case 'attachment':
      return renderAttachment(part, load);
    default:
      return part satisfies never;
  }
}

/** Only a credential with the scope `operator-prompt` has a system message stored as `client_system`. */
function renderQuoted({ source, role, text }: Extract<MessagePart, { type: 'quoted' }>): RenderedPart {
  const rendered = quoted(`source="${source}"${role ? ` role="${role}"` : ''}`, text);
  return source === 'client_system' ? { ...rendered, label: OPERATOR_WORDS } : rendered;
}

function renderAttachment(
  part: Extract<MessagePart, { type: 'attachment' }>,
  load: LoadAttachment,
): RenderedPart {
  const data = load(part.attachment);
  if (part.mediaType.startsWith('image/')) {
    const content = {
      type: 'image',
      mediaType: part.mediaType,
      data: Buffer.from(data).toString('base64'),
    } as const;
    return { content, label: BROUGHT_ALONG, tokens: IMAGE_TOKENS };
  }
  if (part.mediaType === 'application/pdf') {
    const content = { type: 'pdf', name: part.name, data: Buffer.from(data).toString('base64') } as const;
    return { content, label: BROUGHT_ALONG, tokens: Math.ceil(part.bytes / 1_024) * PDF_TOKENS_PER_KIB };
  }
  const name = part.name.replaceAll(/["<>\r\n]/g, '_');
  return quoted(`source="file" name="${name}"`, Buffer.from(data).toString('utf8'));
}

function quoted(attributes: string, text: string): RenderedPart {
  const marked = `<quoted ${attributes}>\n${inertText(text)}\n</quoted>`;
  return { content: { type: 'text', text: marked }, label: BROUGHT_ALONG, tokens: estimateTokens(marked) };
}
