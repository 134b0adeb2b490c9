import type { Reason } from '@bakerst/shared/guard';
import { isWeighty } from '../effect-kinds.ts';
import type { Judged } from '../provenance/judge-values.ts';
import type { Occurrence } from '../words/find-value.ts';
import { type Judgement, NOTHING, type Rule } from './judgement.ts';

/** What is listed, declared or vouched for by a person needs no words. */
const BEYOND_WORDS: ReadonlySet<string> = new Set([
  'safe',
  'operator',
  'listed',
  'endorsed',
  'authoritative',
]);

/** What the profile `strict` asks on top of `balanced`, once something untrusted was read. */
export const STRICT_RULE: Rule = {
  name: 'strict',
  judge: (judgement) => {
    const { policy, tainted } = judgement;
    if (policy.profile !== 'strict' || !tainted) return NOTHING;
    const reasons = strictReasons(judgement);
    return reasons.length === 0 ? NOTHING : { said: 'ask', reasons };
  },
};

function strictReasons(judgement: Judgement): readonly Reason[] {
  const { call, values, plan } = judgement;
  if (call.effect === 'read') return [];
  const controls = values.filter(({ spec, proof }) => spec.role === 'control' && proof);
  if (call.effect === 'read-open') return controls.flatMap((one) => unlisted(judgement, one));
  // Where no planner has read the words, they must spell out every value.
  const isPlanned = plan.planned.some((one) => one.tool === call.tool);
  return [
    ...controls.flatMap(weakProof),
    ...(isWeighty(call.effect) && !isPlanned ? controls.flatMap((one) => notSpelledOut(judgement, one)) : []),
  ];
}

function unlisted({ call }: Judgement, { leaf, proof }: Judged): readonly Reason[] {
  if (proof?.by === 'listed' || proof?.by === 'safe') return [];
  return [
    {
      rule: 'strict-address',
      message: `${call.tool} goes out with ${leaf.path}, and the profile strict lets it go only where the policy lists the address.`,
      remedy: 'List the address under urls in the policy.',
    },
  ];
}

function weakProof({ leaf, proof }: Judged): readonly Reason[] {
  if (proof?.by !== 'only' && proof?.by !== 'follows') return [];
  const why = proof.by === 'only' ? 'was all that a search found' : 'merely follows from another value';
  return [
    {
      rule: 'strict-origin',
      message: `${leaf.path} ${why}, which the profile strict does not accept.`,
      remedy: 'Name it exactly in your message.',
    },
  ];
}

function notSpelledOut(judgement: Judgement, { leaf, proof }: Judged): readonly Reason[] {
  if (!proof || BEYOND_WORDS.has(proof.by)) return [];
  if (proof.place && isSpelledOut(judgement, proof.place)) return [];
  return [
    {
      rule: 'strict-words',
      message: `${leaf.path} is neither quoted nor an address, account, date or number in the sentence that asks for ${judgement.call.tool}.`,
      remedy: 'Put it between quotation marks in the sentence that asks.',
    },
  ];
}

const TYPED: ReadonlySet<string> = new Set(['email', 'url', 'iban', 'date', 'number']);

function isSpelledOut({ plan, call }: Judgement, { words, sentence, start, end }: Occurrence): boolean {
  if (words !== plan.words || !plan.tools.get(call.tool)?.asking.has(sentence)) return false;
  return (
    words.quotes.some((quote) => quote.start === start && quote.end === end) ||
    words.spans.some((span) => TYPED.has(span.type) && span.start === start && span.end === end)
  );
}
