import { Closers } from './closers.ts';
import type { LoadedConfig } from './config.ts';
import { type Ground, openGround } from './ground.ts';

export interface StartOptions {
  readonly config: LoadedConfig;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** One line for the person at the terminal. */
  readonly show: (line: string) => void;
  /** Folder of the built console. */
  readonly consoleDir?: string;
  /** How fast the demo model writes; 0 in tests. */
  readonly demoDelayMs?: number;
}

export interface RunningBrain {
  readonly url: string;
  /** The model that answers, as `<provider>/<model>`. */
  readonly model: string;
  /** A link that opens the console logged in, once, within 15 minutes. */
  loginLink(): Promise<string>;
  /** Lets running turns end for a moment, gives the rest back, and closes everything. */
  stop(): Promise<void>;
}

/** Builds the brain and starts serving. Where that fails, everything opened so far is closed again. */
export async function startBrain(options: StartOptions): Promise<RunningBrain> {
  const closers = new Closers();
  let ground: Ground | undefined;
  try {
    // The store opens on a thread of its own; meanwhile this one reads the rest of the program.
    const rest = import('./serve-brain.ts');
    ground = await openGround(options, closers);
    const { serveBrain } = await rest;
    return await serveBrain(ground, options, closers);
  } catch (error) {
    if (ground) await closers.closeAll(ground.log);
    throw error;
  }
}
