import { readFile } from 'node:fs/promises';
import { recordFile } from './hostile-server.ts';

export interface RecordedMessage {
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

export interface RecordedCall {
  /** By the server's own name. */
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** Everything that a recording server was sent, in order; none while it was never started. */
export async function recordedMessages(folder: string): Promise<readonly RecordedMessage[]> {
  const text = await readFile(recordFile(folder), 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as RecordedMessage);
}

/** The calls that really arrived outside, in order. */
export async function recordedCalls(folder: string): Promise<readonly RecordedCall[]> {
  const messages = await recordedMessages(folder);
  return messages
    .filter(({ method }) => method === 'tools/call')
    .map(({ params }) => ({
      tool: String(params?.name),
      arguments: (params?.arguments ?? {}) as Readonly<Record<string, unknown>>,
    }));
}
