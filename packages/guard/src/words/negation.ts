import type { WordsText } from './read-words.ts';

/** Words before a value, within the same clause, that say it is not meant. */
const BEFORE =
  /(?:\b(?:not|never|without|except|excluding|avoid|ignore|nor|nothing|nobody|none|neither|skip|omit)\b|\b(?:do|does|did|is|are|should|must|can|wo|would|could)n't\b(?! (?:forget|hesitate|mind))|\bno\b(?!\. ?\d| (?:later|earlier|more|less|problem|matter|need|doubt|rush|hurry|worries|idea|wonder)\b)|\b(?:instead of|rather than|no longer|other than|apart from|aside from)\b|\b(?:all|every ?one|every ?body|everything|any ?one|any ?body|anything|each) but\b|\b(?:leave|leaving|left) (?:\S{1,20} )?(?:out|off|away)\b)[^.!?;,]{0,60}$/iu;

/** And right behind it: `ann@example.com must not get it`. */
const AFTER =
  /^["')]?\s(?:(?:must|should|shall|may|can|could|would|will|does|do|did|is|was|are)\s(?:not|never|no longer)\b|(?:must|should|may|ca|could|would|wo|does|do|did|is|was|are)n't\b|cannot\b|never\b)/iu;

/** Whether the words say of what stands there that it is not meant. */
export function isNegated(
  { text }: WordsText,
  { start, end }: { readonly start: number; readonly end: number },
): boolean {
  return BEFORE.test(text.slice(Math.max(0, start - 80), start)) || AFTER.test(text.slice(end, end + 20));
}
