import { type Prompts, readPrompts } from './prompts.ts';

/** The prompts in force: read at the start, and again when the agent gets another name. */
export interface PromptSource {
  current(): Prompts;
  /** Keeps what is in force where the files cannot be read. */
  rename(agentName: string): Promise<void>;
}

export async function createPromptSource(folder: string, agentName: string): Promise<PromptSource> {
  let current = await readPrompts(folder, agentName);
  let name = agentName;
  return {
    current: () => current,
    async rename(wanted) {
      if (wanted === name) return;
      current = await readPrompts(folder, wanted);
      name = wanted;
    },
  };
}
