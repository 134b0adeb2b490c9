import type { CallExplanation } from '@bakerst/shared/api/guard';
import { EFFECT_WORDS } from './effect-words.ts';
import { framedText, type Margin } from './framed-text.ts';
import { printableLine } from './printable.ts';
import type { Terminal } from './terminal.ts';

type Paint = Pick<Terminal, 'paint' | 'columns'>;

const COLOURS = { allow: 'green', ask: 'yellow', deny: 'red', nothing: 'dim' } as const;
const VERDICTS = { allow: 'ALLOWED', ask: 'ASKED', deny: 'DENIED' } as const;

/** Why a call got the verdict it got, and what would have been needed. */
export function explanationText(explanation: CallExplanation, terminal: Paint): string {
  const { verdict, tool, server, effect, label } = explanation;
  const line = (text: string, first = '  ') => framedText(text, terminal.columns, marginOf(first));
  const heading = (text: string) => `\n${terminal.paint('bold', text)}\n`;
  const taint = explanation.tainted ? 'counts for this call' : 'does not count for this call';
  return [
    `${terminal.paint(COLOURS[verdict.decision], VERDICTS[verdict.decision])} `,
    line(`${tool}, of ${server}: ${effect}, which ${EFFECT_WORDS[effect]}`, ''),
    line(`${explanation.call} at ${explanation.at}, in ${explanation.turn} of ${explanation.conversation}`),
    line(
      `The model had read: ${label.integrity} content, ${label.confidentiality}. Untrusted content ${taint}.`,
    ),
    line(`Policy ${explanation.policyHash.slice(0, 12)}.`),
    explanation.replayed
      ? ''
      : line('That policy is not kept any more: this is what was recorded, and no more.'),
    heading('Why'),
    ...verdict.reasons.flatMap((reason) => [
      line(`${reason.message} [${reason.rule}]`),
      reason.remedy === undefined ? '' : line(reason.remedy, '    needed: '),
    ]),
    explanation.values.length === 0 ? '' : heading('Values, and where each came from'),
    ...explanation.values.flatMap((value) => [
      `  ${terminal.paint('bold', printableLine(value.name))}${roleWords(value)}\n`,
      line(value.value, '    │ '),
      line(value.origin, '      from '),
      ...(value.marks ?? []).map((mark) => line(`! ${mark}`, '      ')),
    ]),
    heading('The plan, made of the person’s words alone'),
    ...planLines(explanation).map((text) => line(text)),
    explanation.rules.length === 0 ? '' : heading('Rules, in the order they were asked'),
    ...explanation.rules.map(
      ({ rule, said }) => `  ${terminal.paint(COLOURS[said], said.padEnd(8))}${printableLine(rule)}\n`,
    ),
  ].join('');
}

function marginOf(first: string): Margin {
  return { first, rest: first.endsWith('│ ') ? first : `${first.replace(/\S/g, ' ')}│ ` };
}

function roleWords(value: CallExplanation['values'][number]): string {
  const words = [
    value.slot === undefined ? undefined : `as ${value.slot}`,
    value.role,
    value.proven === undefined ? undefined : value.proven ? 'proven' : 'NOT proven',
  ];
  const known = words.filter((word) => word !== undefined).map(printableLine);
  return known.length === 0 ? '' : `  ${known.join(', ')}`;
}

function planLines({ plan }: CallExplanation): string[] {
  if (plan.by === 'none') return ['There was none.'];
  const by =
    plan.by === 'model' ? 'Made by the planner.' : 'Read off the words themselves; no planner was asked.';
  const calls = plan.calls.map(({ tool, most, slots }) => {
    const bound = Object.entries(slots).map(
      ([slot, spans]) => `${slot}: ${spans.map((s) => `"${s}"`).join(', ')}`,
    );
    return `${tool}, at most ${most}${bound.length === 0 ? '' : ` (${bound.join('; ')})`}`;
  });
  return [by, ...(calls.length === 0 ? ['It holds no calls.'] : calls)];
}
