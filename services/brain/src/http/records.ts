import type { Token } from '@bakerst/shared/api/auth';
import type { Attachment, Conversation, Turn, TurnWithSteps } from '@bakerst/shared/api/conversations';
import type { RecordedStep } from '@bakerst/shared/steps';
import type { AttachmentRecord, ConversationRecord } from '@bakerst/shared/store/conversation-store';
import type { CredentialRecord } from '@bakerst/shared/store/system-store';
import type { TurnRecord } from '@bakerst/shared/store/turn-store';

/** What clients see of a conversation's row: not its owner, not whether it is hidden. */
export function conversationView(record: ConversationRecord): Conversation {
  return {
    id: record.id,
    title: record.title,
    ...(record.model === undefined ? {} : { model: record.model }),
    pinned: record.pinned,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    turns: record.turns,
    costMicros: record.costMicros,
    ...(record.lastStatus === undefined ? {} : { lastStatus: record.lastStatus }),
  };
}

export function turnView(record: TurnRecord): Turn {
  return {
    id: record.id,
    conversation: record.conversation,
    position: record.position,
    status: record.status,
    ...(record.parkedFor === undefined ? {} : { parkedFor: record.parkedFor }),
    createdAt: record.createdAt,
    ...(record.endedAt === undefined ? {} : { endedAt: record.endedAt }),
    seq: record.seq,
    costMicros: record.costMicros,
  };
}

export function turnWithStepsView(record: TurnRecord, steps: readonly RecordedStep[]): TurnWithSteps {
  return { ...turnView(record), steps: steps.map(({ seq, step }) => ({ seq, step })) };
}

export function attachmentView(record: AttachmentRecord): Attachment {
  return {
    id: record.id,
    name: record.name,
    mediaType: record.mediaType,
    bytes: record.bytes,
    sha256: record.sha256,
    createdAt: record.createdAt,
  };
}

export function tokenView(record: CredentialRecord): Token {
  return {
    id: record.id,
    name: record.name,
    scopes: [...record.scopes],
    createdAt: record.createdAt,
    ...(record.expiresAt === undefined ? {} : { expiresAt: record.expiresAt }),
    ...(record.lastUsedAt === undefined ? {} : { lastUsedAt: record.lastUsedAt }),
    ...(record.revokedAt === undefined ? {} : { revokedAt: record.revokedAt }),
  };
}
