/** A stretch of a text and what it is: `github token`. */
export interface Find {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
}

/** Reports everything that begins before `to`; called with growing `to` until the end of the text. */
export type Scan = (to: number, found: (find: Find) => void) => void;

/** Begins to look at a text. All scans together must be linear in its length, whoever wrote it. */
export type Scanner = (text: string) => Scan;

/** A place where something may be, as the gate found it. */
export interface Hit {
  readonly text: string;
  readonly at: number;
  readonly word: string;
}

export interface Judged {
  readonly finds: readonly Find[];
  /** Where to look on; everything before it is done with. */
  readonly next: number;
}

/**
 * Looks with one cheap pattern for places worth a closer look. The gate must be of fixed length or a bounded one, and a
 * judge may read a bounded stretch, or skip what it has read: that keeps the whole linear.
 */
export function gatedScanner(gate: RegExp, judge: (hit: Hit) => Judged): Scanner {
  return (text) => {
    const search = new RegExp(gate);
    let hit = search.exec(text);
    return (to, found) => {
      while (hit !== null && hit.index < to) {
        const { finds, next } = judge({ text, at: hit.index, word: hit[0] });
        for (const find of finds) found(find);
        search.lastIndex = Math.max(next, hit.index + 1);
        hit = search.exec(text);
      }
    };
  };
}

/** What a sticky pattern matches at this place, or undefined. */
export function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** How far a sticky pattern of one class (`/[a-z]{1,4096}/y`) goes on from here: repeated, for no engine likes long runs. */
export function runLength(pattern: RegExp, text: string, at: number): number {
  let end = at;
  for (let part = matchAt(pattern, text, end); part !== undefined; part = matchAt(pattern, text, end)) {
    end += part.length;
  }
  return end - at;
}
