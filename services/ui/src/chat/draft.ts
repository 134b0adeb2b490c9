import type { Attachment, SendMessageRequest } from '@bakerst/shared/api/conversations';
import type { MessagePart } from '@bakerst/shared/content';
import { splitOwnWords } from '../text/split-own-words.ts';

/** A message being written: the person's own words, and what they bring along, which is not their words. */
export interface Draft {
  readonly words: string;
  readonly extras: readonly DraftExtra[];
}

export type DraftExtra =
  | {
      readonly kind: 'quoted';
      readonly key: string;
      readonly text: string;
      readonly source: QuotedPart['source'];
      readonly role?: NonNullable<QuotedPart['role']>;
    }
  | {
      readonly kind: 'file';
      readonly key: string;
      readonly name: string;
      readonly bytes: number;
      readonly state: UploadState;
    };

export type QuotedPart = Extract<MessagePart, { type: 'quoted' }>;
export type UploadState =
  | { readonly kind: 'uploading' }
  | { readonly kind: 'ready'; readonly attachment: Attachment }
  | { readonly kind: 'failed'; readonly message: string; readonly remedy: string };

export type DraftAction =
  | { readonly type: 'words'; readonly words: string }
  | { readonly type: 'add'; readonly extra: DraftExtra }
  | { readonly type: 'upload'; readonly key: string; readonly state: UploadState }
  | { readonly type: 'remove'; readonly key: string }
  | { readonly type: 'own'; readonly key: string }
  | { readonly type: 'replace'; readonly draft: Draft };

export const EMPTY_DRAFT: Draft = { words: '', extras: [] };

export function reduceDraft(draft: Draft, action: DraftAction): Draft {
  switch (action.type) {
    case 'words':
      return { ...draft, words: action.words };
    case 'add':
      return { ...draft, extras: [...draft.extras, action.extra] };
    case 'upload':
      return { ...draft, extras: draft.extras.map((extra) => withUpload(extra, action)) };
    case 'remove':
      return { ...draft, extras: draft.extras.filter((extra) => extra.key !== action.key) };
    case 'own':
      return makeOwn(draft, action.key);
    case 'replace':
      return action.draft;
    default:
      return action satisfies never;
  }
}

function withUpload(
  extra: DraftExtra,
  { key, state }: { readonly key: string; readonly state: UploadState },
): DraftExtra {
  return extra.kind === 'file' && extra.key === key ? { ...extra, state } : extra;
}

/** "Make it my words": only the person can say so, and only block by block. */
function makeOwn(draft: Draft, key: string): Draft {
  const quoted = draft.extras.find((extra) => extra.key === key);
  if (quoted?.kind !== 'quoted') return draft;
  const words = draft.words === '' ? quoted.text : `${draft.words}\n${quoted.text}`;
  return { words, extras: draft.extras.filter((extra) => extra.key !== key) };
}

export function canSend(draft: Draft): boolean {
  const hasContent = draft.words.trim() !== '' || draft.extras.length > 0;
  return hasContent && draft.extras.every((extra) => extra.kind === 'quoted' || extra.state.kind === 'ready');
}

/** What was typed comes first: it says what to do with the rest. Code and quotes in it are not words. */
export function draftParts(draft: Draft): MessagePart[] {
  return [...splitOwnWords(draft.words), ...draft.extras.flatMap(extraPart)];
}

/** How many blocks of the typed text go along as material. */
export function quotedInWords(words: string): number {
  return splitOwnWords(words).filter((part) => part.type === 'quoted').length;
}

/**
 * A recorded message that is sent again: only what this person typed as their own stays words. Of another author, or
 * of a client that did not speak for its user, it comes back as a quote.
 */
export function remark(parts: readonly MessagePart[], own: boolean): readonly MessagePart[] {
  if (own) return parts;
  return parts.map((part) =>
    part.type === 'words' ? { type: 'quoted', text: part.text, source: 'unverified' } : part,
  );
}

function extraPart(extra: DraftExtra): MessagePart[] {
  if (extra.kind === 'quoted') {
    const { text, source, role } = extra;
    return [{ type: 'quoted', text, source, ...(role === undefined ? {} : { role }) }];
  }
  if (extra.state.kind !== 'ready') return [];
  const { id, name, mediaType, bytes, sha256 } = extra.state.attachment;
  return [{ type: 'attachment', attachment: id, name, mediaType, bytes, sha256 }];
}

/** What the API takes: an attachment by its id alone. */
export function requestParts(parts: readonly MessagePart[]): SendMessageRequest['parts'] {
  return parts.map((part) =>
    part.type === 'attachment' ? { type: part.type, attachment: part.attachment } : part,
  );
}

/** A sent message back in the composer, to be edited and sent anew. */
export function draftOf(parts: readonly MessagePart[]): Draft {
  const words = parts.flatMap((part) => (part.type === 'words' ? [part.text] : [])).join('\n\n');
  return { words, extras: parts.flatMap(extraOf) };
}

function extraOf(part: MessagePart, index: number): DraftExtra[] {
  if (part.type === 'words') return [];
  const key = `again-${index}`;
  if (part.type === 'quoted') {
    const { text, source, role } = part;
    return [{ kind: 'quoted', key, text, source, ...(role === undefined ? {} : { role }) }];
  }
  const { attachment: id, name, mediaType, bytes, sha256 } = part;
  const attachment = { id, name, mediaType, bytes, sha256, createdAt: '' };
  return [{ kind: 'file', key, name, bytes, state: { kind: 'ready', attachment } }];
}
