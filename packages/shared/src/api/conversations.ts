import { z } from 'zod';
import { type MessagePart, QuotedPart, WordsPart } from '../content.ts';
import { ModelRef } from '../models.ts';
import { Step } from '../steps.ts';

export const Conversation = z
  .object({
    id: z.string(),
    title: z.string(),
    model: z.string().optional(),
    pinned: z.boolean(),
    createdAt: z.string(),
    updatedAt: z.string(),
    turns: z.int(),
    costMicros: z.int(),
    lastStatus: z.string().optional(),
  })
  .meta({ id: 'Conversation' });
export type Conversation = z.infer<typeof Conversation>;

export const CreateConversationRequest = z
  .strictObject({
    title: z.string().trim().min(1).max(200).default('New conversation'),
    model: ModelRef.optional(),
  })
  .meta({ id: 'CreateConversationRequest' });

export const UpdateConversationRequest = z
  .strictObject({
    title: z.string().trim().min(1).max(200).optional(),
    pinned: z.boolean().optional(),
    /** `null` goes back to the configured model. */
    model: ModelRef.nullable().optional(),
  })
  .meta({ id: 'UpdateConversationRequest' });
export type UpdateConversationRequest = z.infer<typeof UpdateConversationRequest>;

export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
});
export const SearchQuery = PageQuery.extend({ q: z.string().trim().min(1).max(200) });

export const ConversationPage = z
  .object({ items: z.array(Conversation), next: z.string().optional() })
  .meta({ id: 'ConversationPage' });
export type ConversationPage = z.infer<typeof ConversationPage>;

export const SearchResult = z
  .object({
    conversation: z.string(),
    title: z.string(),
    turn: z.string(),
    role: z.enum(['user', 'assistant']),
    /** Matches stand between U+0002 and U+0003. */
    snippet: z.string(),
    at: z.string(),
  })
  .meta({ id: 'SearchResult' });
export type SearchResult = z.infer<typeof SearchResult>;
export const SearchPage = z
  .object({ items: z.array(SearchResult), next: z.string().optional() })
  .meta({ id: 'SearchPage' });
export type SearchPage = z.infer<typeof SearchPage>;

export const TurnStatus = z.enum(['queued', 'running', 'parked', 'completed', 'failed', 'cancelled']);

export const Turn = z
  .object({
    id: z.string(),
    conversation: z.string(),
    position: z.int(),
    status: TurnStatus,
    parkedFor: z.string().optional(),
    createdAt: z.string(),
    endedAt: z.string().optional(),
    seq: z.int(),
    costMicros: z.int(),
  })
  .meta({ id: 'Turn' });
export type Turn = z.infer<typeof Turn>;

/** A turn with its recorded steps: the whole truth about it. Clients fold the steps into what they show. */
export const TurnWithSteps = Turn.extend({
  steps: z.array(z.object({ seq: z.int(), step: Step })),
}).meta({ id: 'TurnWithSteps' });
export type TurnWithSteps = z.infer<typeof TurnWithSteps>;

/** `GET /api/v1/conversations/{id}/turns`: newest first, `before` is a position. */
export const TurnsQuery = z.object({
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(30),
});
export const TurnPage = z
  .object({ items: z.array(TurnWithSteps), next: z.int().optional() })
  .meta({ id: 'TurnPage' });
export type TurnPage = z.infer<typeof TurnPage>;

/**
 * `POST /api/v1/messages`. Without `conversation` a new one is made in the same transaction. The answer is
 * 202 `AcceptedMessage` at once; with `Prefer: wait=<seconds>` it waits for the turn (200 `CompletedMessage`, or 202
 * where the turn parks or the time is over); with `Accept: text/event-stream` it is the turn's event stream.
 * `Idempotency-Key` makes a retry the same turn.
 */
export const SendMessageRequest = z
  .strictObject({
    conversation: z.string().optional(),
    parts: z
      .array(
        z.discriminatedUnion('type', [
          WordsPart,
          QuotedPart,
          z.strictObject({ type: z.literal('attachment'), attachment: z.string() }),
        ]),
      )
      .min(1)
      .max(50),
    model: ModelRef.optional(),
    maxOutputTokens: z.int().min(1).max(1_000_000).optional(),
  })
  .meta({ id: 'SendMessageRequest' });
export type SendMessageRequest = z.infer<typeof SendMessageRequest>;

export const AcceptedMessage = z
  .object({
    conversation: z.string(),
    turn: Turn,
    message: z.string(),
    withdrawnApprovals: z.array(z.string()),
  })
  .meta({ id: 'AcceptedMessage' });
export type AcceptedMessage = z.infer<typeof AcceptedMessage>;

export const CompletedMessage = AcceptedMessage.extend({
  /** The last answer's text. */
  text: z.string(),
  model: z.string().optional(),
  /** The approval a parked turn waits for. */
  approval: z.string().optional(),
  error: z.object({ code: z.string(), message: z.string(), remedy: z.string().optional() }).optional(),
}).meta({ id: 'CompletedMessage' });
export type CompletedMessage = z.infer<typeof CompletedMessage>;

export const Attachment = z
  .object({
    id: z.string(),
    name: z.string(),
    mediaType: z.string(),
    bytes: z.int(),
    sha256: z.string(),
    createdAt: z.string(),
  })
  .meta({ id: 'Attachment' });
export type Attachment = z.infer<typeof Attachment>;

/** `GET /api/v1/conversations/{id}/export?format=json`. */
export const ConversationExport = z
  .object({
    format: z.literal('bakerst-conversation'),
    version: z.literal(1),
    exportedAt: z.string(),
    conversation: Conversation,
    turns: z.array(TurnWithSteps),
  })
  .meta({ id: 'ConversationExport' });

export const Approval = z
  .object({
    id: z.string(),
    turn: z.string(),
    conversation: z.string(),
    call: z.string(),
    digest: z.string(),
    requestedAt: z.string(),
    expiresAt: z.string(),
    status: z.enum(['open', 'approved', 'denied', 'expired', 'withdrawn', 'consumed']),
    /** Whose words the call came from: with four eyes, somebody else than who reads this. */
    requester: z.object({ id: z.string(), name: z.string() }),
    /** The step the card was recorded in. */
    decided: Step.optional(),
  })
  .meta({ id: 'Approval' });
export type Approval = z.infer<typeof Approval>;

export type { MessagePart };
