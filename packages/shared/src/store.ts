import type { AttachmentStore, ConversationStore, NoteStore } from './store/conversation-store.ts';
import type { GrantStore, StopStore } from './store/guard-store.ts';
import type {
  BudgetStore,
  ConfigStore,
  ContentStore,
  IdentityStore,
  OutboxStore,
  PolicyStore,
  StoreLifecycle,
} from './store/system-store.ts';
import type { TurnStore } from './store/turn-store.ts';

/** Everything durable except the audit log. Rooms of the brain ask for the part they need. */
export type Store = TurnStore &
  ConversationStore &
  AttachmentStore &
  NoteStore &
  IdentityStore &
  ConfigStore &
  ContentStore &
  PolicyStore &
  BudgetStore &
  StopStore &
  GrantStore &
  OutboxStore &
  StoreLifecycle;
