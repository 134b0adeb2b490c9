import type { ContentRecord } from '@bakerst/shared/store/system-store';
import { queries } from '../statements.ts';
import type { Writing } from '../writer/unit.ts';

export const CONTENT_QUERIES = queries({
  keep: 'INSERT OR IGNORE INTO content (hash, kind, body, created_at) VALUES (?, ?, ?, ?)',
  read: 'SELECT hash, kind, body FROM content WHERE hash = ?',
});

export function keepContent(writing: Writing, { hash, kind, text }: ContentRecord): void {
  writing.db.run(CONTENT_QUERIES.keep, [hash, kind, text, writing.now]);
}
