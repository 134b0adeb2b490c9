import type { ApprovalCard, Referent } from '@bakerst/shared/guard';
import { makeVisible } from '@bakerst/shared/hidden-text';
import { valuesOfCard } from './card-values.ts';
import { isApprovedOneByOne } from './effect-kinds.ts';
import { oneLine } from './one-line.ts';
import type { Judgement } from './rules/judgement.ts';
import { mustBeTyped } from './rules/limit-rules.ts';

const MOST_ASKED_CHARS = 2_000;
const LONGEST_DESTINATION = 200;
const END_CHARS = 12;

const VERBS: Readonly<Record<ApprovalCard['effect'], string>> = {
  read: 'Let it read with',
  'read-open': 'Let it go out with',
  'write-private': 'Let it write with',
  destructive: 'Let it delete or undo with',
  external: 'Let it reach others with',
  money: 'Let it move money with',
  exec: 'Let it run code with',
  admin: 'Let it change the house with',
};

/** The card a person decides on: written from facts by the monitor, no word of it by the model. */
export function writeCard(judgement: Judgement): ApprovalCard {
  const { call, context, facts } = judgement;
  const isEndorsable = !isApprovedOneByOne(call.effect) && context.label.confidentiality !== 'secret';
  const { shown, leftOut } = valuesOfCard(judgement, isEndorsable);
  const asked = facts.request?.text;
  const who = deciders(judgement);
  const warnings = [...leftOutWarning(leftOut), ...warningsOf(judgement)].slice(0, 50);
  return {
    title: `${VERBS[call.effect]} ${call.tool}?`.slice(0, 200),
    tool: call.tool,
    server: call.server,
    effect: call.effect,
    values: shown,
    label: context.label,
    destination: destinationOf(judgement),
    ...(asked !== undefined && { asked: cut(makeVisible(asked)) }),
    ...(call.referents &&
      call.referents.length > 0 && { referents: call.referents.slice(0, 50).map(shownReferent) }),
    ...(warnings.length > 0 && { warnings }),
    ...(who.fourEyes && { fourEyes: true }),
    ...(who.stepUp && { stepUp: true }),
    ...(mustBeTyped(judgement) && { typing: true }),
  };
}

/** Whoever named a thing must draw no line of the card. */
function shownReferent(referent: Referent): Referent {
  const { title, words, alike, others } = referent;
  const line = (text: string, most: number) => oneLine(text).slice(0, most).toWellFormed();
  return {
    ...referent,
    argument: line(referent.argument, 300),
    value: line(referent.value, 2_000),
    ...(title !== undefined && { title: line(title, 2_000) }),
    ...(words !== undefined && { words: line(words, 2_000) }),
    ...(alike && { alike: alike.map((one) => line(one, 200)) }),
    ...(others && { others: others.map((one) => line(one, 2_000)) }),
  };
}

function cut(text: string): string {
  return text.length > MOST_ASKED_CHARS ? `${text.slice(0, MOST_ASKED_CHARS).toWellFormed()}…` : text;
}

/** The first value that decides where the call goes; the tool where it has none. */
function destinationOf({ values, call }: Judgement): string {
  const control = values.filter((one) => one.spec.role === 'control' && typeof one.leaf.value !== 'object');
  const first = control.find((one) => !one.proof) ?? control[0];
  const text = first === undefined ? call.tool : String(first.leaf.value);
  if (text === '') return call.tool;
  return text.length > LONGEST_DESTINATION ? endOf(text) : oneLine(text);
}

/** What is too long to be typed is told apart by its end and its length: `…example.com (312 characters)` without the dots. */
function endOf(text: string): string {
  return `${oneLine(text.slice(-END_CHARS).toWellFormed())} (${text.length} characters)`;
}

function leftOutWarning(leftOut: number): readonly string[] {
  return leftOut > 0 ? [`${leftOut} more values of what is said are not shown.`] : [];
}

function deciders({ policy, call }: Judgement): { readonly fourEyes: boolean; readonly stepUp: boolean } {
  const entries = policy.approvals.filter(
    ({ effects, tools }) =>
      (effects?.includes(call.effect) ?? false) ||
      (tools?.includes(call.tool) ?? false) ||
      (!effects && !tools),
  );
  return { fourEyes: entries.some((one) => one.fourEyes), stepUp: entries.some((one) => one.stepUp) };
}

function warningsOf({ facts, call, values }: Judgement): string[] {
  const found = facts.calls.flatMap(({ ended, isOfRequest, decided }) =>
    isOfRequest
      ? (ended?.findings ?? []).map((finding) => `In the result of ${decided.tool}: ${finding}`)
      : [],
  );
  const unresolved = values
    .filter(
      ({ spec, leaf }) =>
        spec.refers !== undefined &&
        !leaf.isKey &&
        !call.referents?.some((one) => one.argument === leaf.path && one.state === 'resolved'),
    )
    .map(
      ({ leaf }) => `What ${leaf.path} stands for could not be looked up: it may change after you approve.`,
    );
  const unclear = (call.referents ?? []).flatMap(({ argument, alike = [], others = [] }) =>
    [...alike, ...others].map(
      (name) => `${argument} could also be meant to be ${JSON.stringify(oneLine(name).slice(0, 200))}.`,
    ),
  );
  return [...new Set([...unresolved, ...unclear, ...found])].slice(0, 50);
}
