import { forbiddenAt, isPutOff } from '../words/negation.ts';

/** Longer runs without an end are no sentence anybody could be held to. */
const LONGEST = 800;

/** Whom a call reaches decides how plainly it must be asked for. */
export type Weight = 'private' | 'external' | 'severe';

/** How one sentence says what it says. */
export interface SentenceMood {
  /** Whether what stands at this offset of the sentence is asked for at all, for a call of this weight. */
  readonly asksAt: (offset: number, weight: Weight) => boolean;
}

/** What an `if` or a reason says `not` of ends with its comma; any other negation reaches through the sentence. */
const CLAUSE_END = /[;]|(?<!\p{L})(?:but|instead|however|just|then)(?!\p{L})|[.!?:,]\s/giu;
const CONDITION =
  /^(?:and |or |so |then |please |also )*(?:if|when|whenever|since|because|as|in case|should|where|although|though|while)\s/iu;

const POLITE =
  /(?<!\p{L})(?:(?:can|could|would|will) you|please|pls|would it be possible to|do you mind|would you mind)(?!\p{L})/giu;
const QUESTION_WORD =
  /^(?:(?:and|so|but|ok|okay|well|hi|hey|hello|then|also)[\s,]+)*(?:(?:what|why|who|whom|whose|which|how)(?!\p{L})|(?:did|does|has|is|are|was|were|am|had|should|shall|may|might)(?!\p{L})|(?:do|have|can|could|would|will|when|where)(?= (?:I|we|they|he|she|it|my|our|his|her|their|the|this|that|somebody|someone|anyone|anybody)(?!\p{L})))/iu;
/** Asked within an order: `tell me whether I paid`, `find out when I sent`. */
const EMBEDDED =
  /(?<!\p{L})(?:whether|why|how|when (?:I|we|he|she|they|did)|who(?:m)?|what|(?:check|see|know|tell (?:me|us)|wonder|ask|find out|verify|confirm|sure) (?:if|that))(?!\p{L})/iu;
/** What somebody else wants, wrote or said; `I want` and `we ask` are the person's own. */
const REPORTED =
  /(?<!(?<!\p{L})(?:I|we|you|to|please|and|then)\s)(?<!\p{L})(?:asked|asks|asking|told|tells|telling|wants|wanted|wanting|claims|claimed|demands|demanded|requests|requested|instructs|instructed|says|said|saying|wrote|writes|writing|suggests|suggested|urges|urged|threatens|orders|ordered|invites|advises|advised|expects|insists|pretends|begs|recommends)(?: (?:me|us|him|her|them|you|everybody|everyone|people|the \p{L}{1,20}))?,? (?:to|that|I|we|you|if|whether)(?!\p{L})|(?<!\p{L})(?:was|were|been|am|is|are|got|being|'m|'ve been) (?:asked|told|instructed|supposed|requested|urged|advised|invited|ordered)(?!\p{L})/iu;
/** To be worked on as a text, not to be done. */
const TEXT_WORK =
  /(?<!\p{L})(?:draft|translate|translation|summari[sz]e|explain|proofread|rephrase|rewrite|paraphrase|describe|imagine|suppose|pretend|analy[sz]e|spell-?check)(?!\p{L})/iu;
const TEXT_FOLLOWS = new RegExp(`${TEXT_WORK.source}[^.!?]{0,200}:\\s?\\S`, 'iu');
const STEP = /[,;]\s|(?<!\p{L})(?:and|then|but|afterwards)(?!\p{L})/giu;
/** `I pay`, `he already`, `somebody`: somebody does it, nobody is asked to. */
const TOLD =
  /(?<!\p{L})(?:I|we|he|she|they|it|who|somebody|someone|people|that)(?:'d|'ve|'ll)?(?: (?:already|also|always|often|usually|never|ever|just|last|once|still|sometimes|will|would|may|might|could|should|did|do|does|regularly|normally|have|had))*\s$/iu;

/** Mood of a sentence, with what is quoted or an address already blanked out. */
export function readMood(sentence: string): SentenceMood {
  const isLong = sentence.length > LONGEST;
  const text = sentence.slice(0, LONGEST);
  const forbidden = forbiddenAt(text);
  const ends = offsets(text, CLAUSE_END);
  const polite = offsets(text, POLITE);
  const steps = offsets(text, STEP);
  const isDelayed = isPutOff(text);
  const isQuestion = QUESTION_WORD.test(text.trimStart());
  const asksSomething = /\?["')]?\s*$/u.test(text);
  const isForbidden = (offset: number) =>
    forbidden.some((at) => {
      if (at >= offset) return false;
      const end = ends.find((one) => one > at && one < offset);
      if (end === undefined) return true;
      const start = Math.max(0, ...ends.filter((one) => one <= at).map((one) => one + 1));
      const isCommaOnly = !/[\p{L};]/u.test(text[end] ?? '');
      return isCommaOnly && !CONDITION.test(text.slice(start).trimStart());
    });
  const openly = (offset: number): boolean => {
    const before = text.slice(0, offset);
    const isPolite = polite.some((at) => at < offset);
    if ((isQuestion || asksSomething) && !isPolite) return false;
    const from = steps.findLast((at) => at < offset) ?? 0;
    const clause = text.slice(from, offset);
    if (EMBEDDED.test(clause) || TEXT_WORK.test(clause) || TOLD.test(before)) return false;
    const reported = REPORTED.exec(before);
    return reported === null || polite.some((at) => at > reported.index && at < offset);
  };
  return {
    asksAt: (offset, weight) => {
      if (weight === 'private') return !isForbidden(offset);
      if (isLong || isDelayed || isForbidden(offset) || !openly(offset)) return false;
      return weight === 'external' || (forbidden.length === 0 && !REPORTED.test(text.slice(0, offset)));
    },
  };
}

/** Whether what follows a sentence is a text to work on: `Translate to German: …`. */
export function introducesText(sentence: string): boolean {
  return TEXT_FOLLOWS.test(sentence.slice(0, LONGEST));
}

/** `Please stop.`, `Not yet!`: a sentence that takes back what its message asks for. */
export function takesBack(sentence: string): boolean {
  const text = sentence.slice(0, LONGEST).trim();
  return text.split(/\s/u).length <= 5 && (forbiddenAt(text).length > 0 || isPutOff(text));
}

function offsets(text: string, pattern: RegExp): readonly number[] {
  return [...text.matchAll(pattern)].map((match) => match.index);
}
