import type { AuditEvent } from '../audit.ts';
import type { Access } from '../identity.ts';

export interface ConversationRecord {
  readonly id: string;
  readonly owner: string;
  readonly title: string;
  /** Override of the `agent` role's model for this conversation. */
  readonly model?: string;
  readonly pinned: boolean;
  /** Made by an API client without a conversation header: not listed. */
  readonly hidden: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly turns: number;
  readonly costMicros: number;
  /** Status of the newest turn, for the list. */
  readonly lastStatus?: string;
}

export interface SearchHit {
  readonly conversation: string;
  readonly title: string;
  readonly turn: string;
  readonly role: 'user' | 'assistant';
  /** Plain text around the match; matches stand between U+0002 and U+0003. */
  readonly snippet: string;
  readonly at: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; absent on the last page. */
  readonly next?: string;
}

export interface ConversationStore {
  createConversation(
    access: Access,
    input: { readonly id: string; readonly title: string; readonly model?: string },
  ): Promise<ConversationRecord>;
  updateConversation(
    access: Access,
    id: string,
    change: { readonly title?: string; readonly pinned?: boolean; readonly model?: string | null },
  ): Promise<ConversationRecord>;
  /** Refused with `store_conflict` while a turn of it runs. Deletes turns, steps, search entries; money stays. */
  deleteConversation(access: Access, id: string, outbox: readonly AuditEvent[]): Promise<void>;
  readConversation(access: Access, id: string): ConversationRecord;
  /** Pinned first, then newest use first. `cursor` comes from a former page. */
  listConversations(
    access: Access,
    page: { readonly limit: number; readonly cursor?: string },
  ): Page<ConversationRecord>;
  /** Words of the query are matched as prefixes, all must occur. Newest use first. Hidden ones are left out. */
  searchMessages(
    access: Access,
    query: string,
    page: { readonly limit: number; readonly cursor?: string },
  ): Page<SearchHit>;
}

export interface AttachmentRecord {
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly createdAt: string;
}

export interface AttachmentStore {
  putAttachment(access: Access, record: AttachmentRecord, data: Uint8Array): Promise<void>;
  readAttachment(
    access: Access,
    id: string,
  ): { readonly record: AttachmentRecord; readonly data: Uint8Array };
}

/** Notes the agent keeps for its person. A note stores the join of the labels of what it was written from. */
export interface NoteRecord {
  readonly title: string;
  readonly text: string;
  readonly label: import('../labels.ts').Label;
  readonly updatedAt: string;
}

export interface NoteStore {
  /** Replaces the note of that title. `writeKey` makes a repeated write of the same call a no-op. */
  writeNote(access: Access, note: NoteRecord, writeKey: string): Promise<void>;
  readNote(access: Access, title: string): NoteRecord | undefined;
  listNotes(access: Access, limit: number): readonly Omit<NoteRecord, 'text'>[];
}
