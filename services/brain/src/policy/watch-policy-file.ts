import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import { fileSignature } from './policy-file.ts';

export interface PolicyFileWatch {
  /** Looks at once, whether or not anything was noticed. */
  look(): void;
  close(): void;
}

export interface WatchOptions {
  readonly file: string;
  /** Called once a change has settled. Must not throw. */
  readonly onChange: () => void;
  /** How often the file is looked at even if nothing was noticed: watches get lost on network and container mounts. */
  readonly pollMs?: number;
  readonly settleMs?: number;
}

/** Notices writes, renames over the file, and links that are swapped around it. */
export function watchPolicyFile({
  file,
  onChange,
  pollMs = 5_000,
  settleMs = 100,
}: WatchOptions): PolicyFileWatch {
  let seen = fileSignature(file);
  let settling: NodeJS.Timeout | undefined;
  const look = (): void => {
    const now = fileSignature(file);
    if (now === seen) return;
    seen = now;
    onChange();
  };
  const noticed = (): void => {
    settling ??= setTimeout(() => {
      settling = undefined;
      look();
    }, settleMs);
  };
  const watcher = watchFolder(dirname(file), noticed);
  const poll = setInterval(look, pollMs);
  poll.unref();
  return {
    look: () => {
      seen = fileSignature(file);
      onChange();
    },
    close: () => {
      clearInterval(poll);
      clearTimeout(settling);
      watcher?.close();
    },
  };
}

/** Undefined where the folder cannot be watched: then the poll alone looks. */
function watchFolder(folder: string, noticed: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, noticed);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
