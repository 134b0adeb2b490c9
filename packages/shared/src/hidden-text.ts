/**
 * Characters that a person does not see but a model reads: zero-width and direction marks, tags, variation
 * selectors, fillers, controls, private use, lone surrogates. Tab and line breaks are seen.
 */
const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Variation_Selector}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu;
const SEEN = new Set(['\n', '\t', '\r']);

/** An emoji followed by the selector that only asks for its coloured form. */
const EMOJI_SELECTOR = /(\p{Extended_Pictographic}|[0-9#*])\ufe0f/gu;

export function hasHiddenCharacters(text: string): boolean {
  return makeVisible(text) !== text.replace(EMOJI_SELECTOR, '$1');
}

/** The same text with every hidden character written out: `<U+200B>`. */
export function makeVisible(text: string): string {
  return text
    .replace(EMOJI_SELECTOR, '$1')
    .replace(HIDDEN, (character) =>
      SEEN.has(character)
        ? character
        : `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`,
    );
}
