import { type Exchange, seedConversations } from '../../test/running/seed-conversations.ts';

const TURNS_A_CONVERSATION = 20;

/** Fills a stopped brain's database: `messages` old messages, half of them answers. */
export async function seedHistory(home: string, messages: number): Promise<void> {
  const conversations = Math.ceil(messages / 2 / TURNS_A_CONVERSATION);
  await seedConversations(home, oldConversations(conversations));
}

function* oldConversations(count: number): Generator<readonly Exchange[]> {
  for (let n = 0; n < count; n += 1) {
    yield Array.from({ length: TURNS_A_CONVERSATION }, (_, turn) => ({
      said: `Question ${turn} about ${Math.random().toString(36)} and the weather in London`,
      answered: `Answer ${turn}: it depends.`,
    }));
  }
}
