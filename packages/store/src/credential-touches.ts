import type { WriteClient } from './writer/write-client.ts';

const FLUSH_MS = 2_000;

export interface CredentialTouches {
  touch(id: string, at: string): void;
  flush(): Promise<void>;
}

/** Collects when credentials were last used and writes them together: not worth a commit of each request. */
export function createCredentialTouches(writer: WriteClient): CredentialTouches {
  let waiting = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  const flush = async () => {
    clearTimeout(timer);
    timer = undefined;
    const touched = [...waiting];
    waiting = new Map();
    if (touched.length === 0) return;
    // Best effort by contract: a full disk must not turn a read into an unhandled rejection.
    await writer.run('touchCredentials', { touched }).catch(() => undefined);
  };
  return {
    touch(id, at) {
      waiting.set(id, at);
      timer ??= setTimeout(() => void flush(), FLUSH_MS).unref();
    },
    flush,
  };
}
