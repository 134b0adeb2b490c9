/**
 * Characters that change how text reads without being seen: direction overrides, zero-width marks, variation selectors,
 * tag characters, controls. What models, tools and strangers write is shown with them spelled out, so that nobody
 * approves what they cannot see.
 */
const HIDDEN = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Cc}\u2028\u2029\ufff9-\ufffb]/gu;

export function revealHidden(text: string): string {
  return text.replace(HIDDEN, (mark, at: number) => {
    if (isSpelling(mark, text.slice(Math.max(0, at - 2), at), text.slice(at + mark.length))) return mark;
    const code = mark.codePointAt(0) ?? 0;
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

/** Marks that belong to how a word or an emoji is written stay where they are needed, and only there. */
function isSpelling(mark: string, before: string, after: string): boolean {
  if (mark === '\n' || mark === '\t' || mark === '\r') return true;
  if (mark === '\u200d' || mark === '\u200c') return JOINS_BEFORE.test(before) && JOINS_AFTER.test(after);
  if (mark === '\ufe0e' || mark === '\ufe0f') return /\p{Emoji}$/u.test(before);
  return mark >= '\u{e0100}' && mark <= '\u{e01ef}' && /\p{Script=Han}$/u.test(before);
}

const JOINS_BEFORE =
  /(?:[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gujarati}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Tamil}\p{Script=Telugu}]|\ufe0f)$/u;
const JOINS_AFTER =
  /^[\p{Extended_Pictographic}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gujarati}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Tamil}\p{Script=Telugu}]/u;
