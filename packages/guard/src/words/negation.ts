import type { WordsText } from './read-words.ts';

/** Words before a value, within the same clause, that say it is not meant. */
const BEFORE =
  /(?:\b(?:not|never|without|except|excluding|avoid|ignore|nor|nothing|nobody|none|neither|skip|omit)\b|\b(?:do|does|did|is|are|should|must|can|wo|would|could)n't\b(?! (?:forget|hesitate|mind))|\bno\b(?!\. ?\d| (?:later|earlier|more|less|problem|matter|need|doubt|rush|hurry|worries|idea|wonder)\b)|\b(?:instead of|rather than|no longer|other than|apart from|aside from)\b|\b(?:all|every ?(?:one|body|thing)|each) but\b|\bany ?(?:one|body|thing) but\b|\b(?:leave|leaving|left) (?:\S{1,20} )?(?:out|off|away)\b)[^.!?;,]{0,60}$/iu;

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

/** Words that forbid, refuse or put off what is said behind them; of languages beside English the plainest. */
const FORBIDDING =
  /(?<![\p{L}\p{N}'-])(?:not|never|without|nobody|no[- ]one|none|nothing|neither|nor|cannot|(?:do|does|did|wo|would|ca|could|should|must|is|are|was|were|have|has|had|need|sha)n't|(?:dont|doesnt|didnt|wont|cant|shouldnt|mustnt|isnt|wasnt)|refus(?:e|es|ed|ing)|stop|stops|refrain|avoid|decline|forbid|forbidden|cease|quit|wait|hold (?:off|on|back|it)|instead of|rather than|no longer|under no circumstances|no(?= (?:need|way|circumstances|money|more|further|other|payments?|transfers?|emails?|messages?|one))|nicht|niemals|nie|keine?[mnrs]?|jamais|nunca|ne)(?![\p{L}\p{N}'])(?!,? (?:later|earlier|more|less) than)(?! (?:\p{L}{1,10} )?(?:forget|hesitate|mind|only)(?!\p{L}))/giu;

/** Where words stand that forbid or put off, as offsets of what they were looked for in. */
export function forbiddenAt(text: string): readonly number[] {
  return [...text.matchAll(FORBIDDING)].map((match) => match.index);
}

/** A person keeps the last word: `only after I confirm`, `until I say so`, `but let me review it first`, `not yet`. */
const PUT_OFF =
  /(?<!\p{L})(?:(?:only (?:after|if|once|when|with)|until|unless|after|once|before|when|till) (?:I(?:'ve|'m|'ll)?|we|my)(?: (?:have|give|gave|had|am|get))? ?(?:confirm|approv|agree|say|said|tell|told|check|review|read|see|saw|ok|okay|permission|confirmation|approval|sign|consent|decid|allow|do(?! not)|look)|let me (?:first |quickly )?(?:review|check|see|confirm|read|approve|look|think|decide)|ask me|(?:check|confirm|clear it|verify) with me|wait for m[ey]|yet(?!\p{L})|(?:for|after|before|without|needs?|subject to) my (?:ok|okay|approval|confirmation|permission|consent|review|go))/iu;

/** Whether a sentence leaves the decision to the person who wrote it. */
export function isPutOff(sentence: string): boolean {
  return PUT_OFF.test(sentence);
}
