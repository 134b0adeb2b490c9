import type { JudgedValue } from '@bakerst/shared/guard';
import { makeVisible } from '@bakerst/shared/hidden-text';
import { BREAKS, oneLine } from './one-line.ts';
import { type Judged, shownValue } from './provenance/judge-values.ts';
import type { Judgement } from './rules/judgement.ts';
import { marksOf } from './value-marks.ts';

/** A card that is longer is read by nobody. */
export const MOST_VALUES = 100;
const MOST_VALUE_CHARS = 20_000;

/** Values that decide what happens stand on the card whatever else does not. */
export function valuesOfCard(
  { evidence, values }: Judgement,
  isEndorsable: boolean,
): { readonly shown: JudgedValue[]; readonly leftOut: number } {
  const ranked = values.length <= MOST_VALUES ? values : values.toSorted((a, b) => rank(a) - rank(b));
  const shown = ranked.slice(0, MOST_VALUES).map((one) => {
    const value = shownValue(evidence, one, isEndorsable);
    const marks = [...marksOf(value.value), ...breakMarks(one, value.value)];
    return {
      ...value,
      name: oneLine(value.name),
      value: cut(isOneLine(one) ? oneLine(value.value) : makeVisible(value.value)),
      ...(marks.length > 0 && { marks }),
    };
  });
  return { shown, leftOut: values.length - shown.length };
}

function rank({ spec, proof }: Judged): number {
  if (spec.role === 'content') return 2;
  return proof ? 1 : 0;
}

function isOneLine({ spec }: Judged): boolean {
  return spec.role === 'control' || spec.line === 'single';
}

function breakMarks(one: Judged, value: string): readonly string[] {
  return isOneLine(one) && value.search(BREAKS) !== -1 ? ['line breaks'] : [];
}

function cut(text: string): string {
  return text.length > MOST_VALUE_CHARS
    ? `${text.slice(0, MOST_VALUE_CHARS).toWellFormed()}… (${text.length} characters)`
    : text;
}
