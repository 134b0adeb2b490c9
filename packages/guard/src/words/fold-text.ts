/**
 * Text as it is compared: NFKC, every run of white space one blank, straight quotes, plain dashes. Case is kept; offsets
 * are those of the result. Look-alike letters of other scripts stay different letters.
 */
export function plainText(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[‘’‚‛`´]/g, "'")
    .replaceAll(/[“”„‟«»]/g, '"')
    .replaceAll(/[‐‑‒–—−]/g, '-')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/**
 * Whether a text is written the way it is compared, but for blanks: no full-width or superscript letters, ligatures, curly
 * quotes, long dashes. What is not can be drawn like another value, and counts only where the person typed the very same.
 */
export function isPlainForm(text: string): boolean {
  return (
    plainText(text) ===
    text
      .normalize('NFC')
      .replaceAll(/[ \t\r\n]+/g, ' ')
      .trim()
  );
}

/** The same without case, of the same length wherever a letter has a single lower form. */
export function foldCase(text: string): string {
  return text.replaceAll(/\p{Lu}|\p{Lt}/gu, (letter) => {
    const lower = letter.toLowerCase();
    return lower.length === letter.length ? lower : letter;
  });
}
