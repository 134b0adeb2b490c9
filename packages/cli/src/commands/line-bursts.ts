import type { Interface } from 'node:readline';

/**
 * Lines as they come from a keyboard, one at a time; lines that come faster than anybody types come together. Ends
 * when the interface closes.
 */
export async function* collectBursts(lines: Interface, gapMs: number): AsyncGenerator<readonly string[]> {
  const waiting: string[] = [];
  let closed = false;
  let wake = (): void => undefined;
  let timer: NodeJS.Timeout | undefined;
  lines.on('line', (line) => {
    waiting.push(line);
    clearTimeout(timer);
    timer = setTimeout(() => wake(), gapMs);
  });
  lines.once('close', () => {
    closed = true;
    wake();
  });
  for (;;) {
    while (waiting.length === 0 && !closed) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    clearTimeout(timer);
    if (waiting.length > 0) yield waiting.splice(0);
    else return;
  }
}
