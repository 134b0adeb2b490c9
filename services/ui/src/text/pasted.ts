/** What is pasted in quantity is most likely not the person's own words: it becomes a quoted block of its own. */
const MAX_CHARS = 600;
const MAX_LINES = 6;

export function isQuotedPaste(text: string): boolean {
  return text.length > MAX_CHARS || text.trim().split('\n').length > MAX_LINES;
}

/** Code is told from prose by its shape; it only decides the word shown on the block. */
export function pasteSource(text: string): 'code' | 'paste' {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const codeLike = lines.filter((line) =>
    /^\s{2,}\S|[{};]\s*$|^\s*(?:import|const|def|class|#include|<\w+)/.test(line),
  );
  return lines.length > 1 && codeLike.length / lines.length > 0.4 ? 'code' : 'paste';
}
