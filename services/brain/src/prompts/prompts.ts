import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promptsError } from './errors.ts';

/** The operator's prompt files, with the agent's name filled in. */
export interface Prompts {
  /** Who the agent is and how a conversation goes: SOUL.md, BRAIN.md. */
  readonly brain: readonly string[];
  /** SOUL.md, WORKER.md: for work without a person. */
  readonly worker: readonly string[];
  /** OBSERVER.md: how older turns are summarised. */
  readonly observer: string;
  /** PLANNER.md: what a person's words ask for. */
  readonly planner: string;
  /** All of them as one JSON text, kept under its hash. */
  readonly text: string;
  /** SHA-256 (hex) of `text`: recorded with every model call. */
  readonly hash: string;
}

const FILES = ['SOUL.md', 'BRAIN.md', 'WORKER.md', 'OBSERVER.md', 'PLANNER.md'] as const;
const MAX_BYTES = 262_144;

/**
 * Reads the prompt files of `folder` and puts the agent's name in the place of `{{agent_name}}`.
 * @throws CodedError `prompt_file_unreadable`: there is no built-in text to fall back to.
 */
export async function readPrompts(folder: string, agentName: string): Promise<Prompts> {
  const read = async (name: string) => {
    const file = join(folder, name);
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw unreadable(file, String(cause));
    });
    if (text.trim() === '') throw unreadable(file, 'it is empty');
    if (Buffer.byteLength(text) > MAX_BYTES) throw unreadable(file, `it is larger than ${MAX_BYTES} bytes`);
    return text.replaceAll('{{agent_name}}', agentName).trim();
  };
  const [soul = '', brain = '', worker = '', observer = '', planner = ''] = await Promise.all(
    FILES.map(read),
  );
  const text = JSON.stringify([soul, brain, worker, observer, planner]);
  const hash = createHash('sha256').update(text).digest('hex');
  return { text, brain: [soul, brain], worker: [soul, worker], observer, planner, hash };
}

function unreadable(file: string, why: string): Error {
  return promptsError({
    code: 'prompt_file_unreadable',
    message: `The prompt file ${file} cannot be used: ${why}.`,
    remedy:
      'Put SOUL.md, BRAIN.md, WORKER.md, OBSERVER.md and PLANNER.md into the folder agent.operatingSystem names.',
  });
}
