/**
 * Characters that change how text reads without being seen: direction overrides, zero-width marks, tag characters,
 * controls. Model output and tool results are shown with them spelled out, so that nobody approves what they cannot see.
 */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]|[\u{1d173}-\u{1d17a}]/gu;

/** Joiners are part of the spelling of emoji and of several scripts; there they stay. */
const JOINS_BEFORE = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\u{fe0f}\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Malayalam}\p{Script=Kannada}\p{Script=Sinhala}\p{Script=Syriac}]$/u;
const JOINS_AFTER = /^[\p{Extended_Pictographic}\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Malayalam}\p{Script=Kannada}\p{Script=Sinhala}\p{Script=Syriac}]/u;

export function revealHidden(text: string): string {
  return text.replace(HIDDEN, (mark, at: number) => {
    if ((mark === '\u200d' || mark === '\u200c') && isJoiner(text, at)) return mark;
    const code = mark.codePointAt(0) ?? 0;
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

function isJoiner(text: string, at: number): boolean {
  return JOINS_BEFORE.test(text.slice(Math.max(0, at - 2), at)) && JOINS_AFTER.test(text.slice(at + 1, at + 3));
}
