import type { MessagePart } from '@bakerst/shared/content';
import type { Access } from '@bakerst/shared/identity';
import { httpError } from '../errors.ts';
import type { ChatMessage } from './completion-request.ts';

/** A file inside a message, not stored yet. */
export interface InlineFile {
  readonly type: 'inline_file';
  readonly name: string;
  readonly mediaType: string;
  readonly data: Uint8Array;
}
export type DraftPart = Exclude<MessagePart, { type: 'attachment' }> | InlineFile;

/**
 * What a client's message list says to a turn: the last user message is the user's words (the turn labels them by the
 * credential's scope), everything else is quoted. A stored conversation knows its history, so that only what came
 * after the client's last assistant message is added to it.
 */
export function draftParts(
  messages: readonly ChatMessage[],
  options: { readonly access: Access; readonly continues: boolean },
): readonly DraftPart[] {
  const lastUser = messages.findLastIndex((message) => message.role === 'user');
  const from = options.continues ? messages.findLastIndex((message) => message.role === 'assistant') + 1 : 0;
  const parts = messages.flatMap((message, at) => {
    if (at < from || (options.continues && isSystem(message))) return [];
    return at === lastUser ? wordsOf(message) : quotedOf(message, options.access);
  });
  if (parts.length > 0) return parts;
  throw httpError({
    code: 'invalid_request',
    message: 'The messages hold nothing new to answer.',
    remedy:
      'End the list with a `user` message, or with the `tool` messages that answer the last tool calls.',
    fields: [{ path: 'messages', message: 'nothing new to answer' }],
  });
}

function isSystem(message: ChatMessage): boolean {
  return message.role === 'system' || message.role === 'developer';
}

function wordsOf(message: ChatMessage): DraftPart[] {
  const text = textOf(message);
  return [...(text === '' ? [] : [{ type: 'words' as const, text }]), ...filesOf(message)];
}

function quotedOf(message: ChatMessage, access: Access): DraftPart[] {
  const text = textOf(message);
  const role = message.role === 'developer' ? 'system' : message.role;
  const operator = role === 'system' && access.scopes.has('operator-prompt');
  const source = operator ? ('client_system' as const) : ('client_history' as const);
  return [...(text === '' ? [] : [{ type: 'quoted' as const, text, source, role }]), ...filesOf(message)];
}

function textOf(message: ChatMessage): string {
  const { content } = message;
  const pieces = typeof content === 'string' ? [content] : (content ?? []).map(pieceText);
  if (message.role === 'tool') pieces.unshift(`Result of tool call ${message.tool_call_id}:`);
  if (message.role === 'assistant') {
    for (const call of message.tool_calls ?? []) {
      pieces.push(`Called the tool ${call.function.name} (${call.id}) with ${call.function.arguments}`);
    }
  }
  return pieces.filter((piece) => piece !== '').join('\n\n');
}

function pieceText(piece: {
  readonly type: string;
  readonly text?: string;
  readonly refusal?: string;
}): string {
  return piece.text ?? piece.refusal ?? '';
}

function filesOf(message: ChatMessage): InlineFile[] {
  if (message.role !== 'user' || typeof message.content === 'string') return [];
  return message.content.flatMap((piece) => {
    if (piece.type === 'image_url') return [inlineFile(piece.image_url.url, 'image')];
    return piece.type === 'file' ? [inlineFile(piece.file.file_data, piece.file.filename ?? 'file')] : [];
  });
}

/** Only what the request itself holds: fetching an address a client names would let it reach our network. */
function inlineFile(url: string, name: string): InlineFile {
  const match = /^data:([a-z0-9.+/-]{1,100})(?:;[a-z0-9=-]+)*;base64,/i.exec(url.slice(0, 300));
  if (!match?.[1]) {
    throw httpError({
      code: 'unsupported_parameter',
      message: 'A file or image is given by address; only data URLs are taken.',
      remedy: 'Send it as data:<type>;base64,<data>.',
      fields: [{ path: 'messages', message: 'only data URLs are taken' }],
    });
  }
  const data = Buffer.from(url.slice(match[0].length), 'base64');
  return { type: 'inline_file', name, mediaType: match[1].toLowerCase(), data };
}
