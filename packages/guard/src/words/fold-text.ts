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

/** The same without case, of the same length wherever a letter has a single lower form. */
export function foldCase(text: string): string {
  return text.replaceAll(/\p{Lu}|\p{Lt}/gu, (letter) => {
    const lower = letter.toLowerCase();
    return lower.length === letter.length ? lower : letter;
  });
}
