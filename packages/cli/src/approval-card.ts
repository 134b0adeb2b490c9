import type { ApprovalDetail } from '@bakerst/shared/api/guard';
import type { ApprovalCard, JudgedValue, Reason, Referent } from '@bakerst/shared/guard';
import type { StepOf } from '@bakerst/shared/steps';
import { EFFECT_WORDS } from './effect-words.ts';
import { framedText, spelledOutLine } from './framed-text.ts';
import type { Terminal } from './terminal.ts';
import { relativeTime } from './text-table.ts';

type Paint = Pick<Terminal, 'paint' | 'columns'>;

export interface CardSurroundings {
  readonly terminal: Paint;
  readonly now: number;
  /** Principal that looks at it: its own requests are called "you". */
  readonly me: string;
}

/** The step that asked, where it is one that can be decided. */
export function askedStep(detail: Pick<ApprovalDetail, 'decided'>):
  | {
      readonly step: StepOf<'tool_decided'>;
      readonly card: ApprovalCard;
      readonly reasons: readonly Reason[];
    }
  | undefined {
  const step = detail.decided?.type === 'tool_decided' ? detail.decided : undefined;
  if (step?.verdict.decision !== 'ask') return undefined;
  return { step, card: step.verdict.card, reasons: step.verdict.reasons };
}

/** The whole card, as the monitor wrote it. Every line of foreign text stands behind a margin of ours. */
export function approvalCard(detail: ApprovalDetail, around: CardSurroundings): string {
  const asked = askedStep(detail);
  const page = new CardPage(around.terminal);
  if (asked === undefined) return `${spelledOutLine(detail.id)}: its card is not kept any more.\n`;
  const { card, step, reasons } = asked;
  page.heading(card.title);
  page.field(
    'approval',
    `${detail.id}, ${detail.status}, asked ${relativeTime(detail.requestedAt, around.now)}`,
  );
  page.field(
    'tool',
    `${card.tool}, of ${card.server === 'core' ? 'the house itself' : `the server ${card.server}`}`,
  );
  page.field('effect', `${card.effect}: ${EFFECT_WORDS[card.effect]}`);
  if (card.destination !== undefined) page.field('goes to', card.destination);
  const { id, name } = detail.requester;
  page.field('for', id === around.me ? `you (${name})` : `${name} (${id})`);
  page.field('asked for', card.asked ?? '(there are no words of a person in this request)');
  const label = card.label ?? step.label;
  page.field(
    'had read',
    `${label.integrity} content, ${label.confidentiality}`,
    label.integrity === 'untrusted',
  );
  page.values(card.values);
  page.referents(card.referents ?? []);
  page.warnings(card.warnings ?? []);
  page.reasons(reasons);
  page.section('If nobody decides', []);
  page.text(withoutAnswer(detail, around.now));
  const needed = conditions(detail, card);
  if (needed.length > 0) page.section('To decide it', []);
  for (const line of needed) page.text(line);
  return page.toString();
}

function withoutAnswer(detail: ApprovalDetail, now: number): string {
  if (detail.status !== 'open') return `It is ${detail.status} already.`;
  const minutes = Math.ceil((Date.parse(detail.expiresAt) - now) / 60_000);
  if (minutes <= 0) return 'It has expired: it counts as denied, and the conversation goes on.';
  const left = minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
  return `It counts as denied in ${left} (${detail.expiresAt}), and the conversation goes on.`;
}

function conditions(detail: ApprovalDetail, card: ApprovalCard): string[] {
  const lines: string[] = [];
  if (card.fourEyes === true) lines.push('Four eyes: somebody else than the one who asked decides.');
  if (card.stepUp === true)
    lines.push('Fresh proof: the decision needs a token with `approve`, shown just now.');
  if (detail.typing) lines.push('The last decisions were very quick: the destination must be typed.');
  if (detail.together.length > 0) {
    lines.push(`Also open in this turn, each decided by itself: ${detail.together.join(', ')}`);
  }
  if (detail.obstacle !== undefined) {
    lines.push(`You cannot decide it: ${detail.obstacle.message} ${detail.obstacle.remedy}`);
  }
  return lines;
}

/** Lines of ours, in which foreign text cannot pretend to be one. */
class CardPage {
  readonly #terminal: Paint;
  #text = '';

  constructor(terminal: Paint) {
    this.#terminal = terminal;
  }

  toString(): string {
    return this.#text;
  }

  heading(title: string): void {
    const lines = framedText(title, this.#terminal.columns, { first: '', rest: '│ ' });
    this.#text += this.#terminal.paint('bold', lines);
  }

  field(name: string, value: string, alarming = false): void {
    const lines = framedText(value, this.#terminal.columns, {
      first: `  ${name.padEnd(WIDTH)}`,
      rest: `  ${' '.repeat(WIDTH - 2)}│ `,
    });
    this.#text += alarming ? this.#terminal.paint('yellow', lines) : lines;
  }

  section(name: string, entries: readonly unknown[], colour: 'bold' | 'yellow' = 'bold'): void {
    const count = entries.length > 1 ? ` (${entries.length})` : '';
    this.#text += `\n${this.#terminal.paint(colour, `${name}${count}`)}\n`;
  }

  text(line: string, indent = '  '): void {
    this.#text += framedText(line, this.#terminal.columns, {
      first: indent,
      rest: `${indent.replace(/\S/g, ' ')}│ `,
    });
  }

  values(values: readonly JudgedValue[]): void {
    if (values.length === 0) return;
    this.section('Values, in full', values);
    for (const value of values) {
      this.#text += this.#terminal.paint('bold', `  ${spelledOutLine(value.name)}`);
      const role = roleOf(value);
      this.#text += `  ${value.proven === false ? this.#terminal.paint('yellow', role) : role}\n`;
      this.#text += framedText(value.value, this.#terminal.columns, { first: '    │ ', rest: '    │ ' });
      this.text(value.origin, '      from ');
      for (const mark of value.marks ?? []) {
        this.#text += this.#terminal.paint('yellow', framedText(`! ${mark}`, this.#terminal.columns, BELOW));
      }
    }
  }

  referents(referents: readonly Referent[]): void {
    if (referents.length === 0) return;
    this.section('What it refers to', referents);
    for (const one of referents) {
      this.text(`${one.argument} = ${one.value}: ${REFERENT_WORDS[one.state]}`);
      if (one.title !== undefined) this.text(one.title, `    ${one.kind}: `);
      if (one.words !== undefined) this.text(one.words, '    looked for: ');
      if (one.match === 'only')
        this.text('! Its title is something else; it is the only thing that was found.', '    ');
      if (one.version !== undefined) this.text(`version ${one.version.slice(0, 16)}`, '    ');
    }
  }

  warnings(warnings: readonly string[]): void {
    if (warnings.length === 0) return;
    this.section('Warnings', warnings, 'yellow');
    for (const warning of warnings) this.text(warning, '  ! ');
  }

  reasons(reasons: readonly Reason[]): void {
    this.section('Why you are asked', reasons);
    for (const reason of reasons) {
      this.text(`${reason.message} [${reason.rule}]`);
      if (reason.remedy !== undefined) this.text(reason.remedy, '    to avoid it: ');
    }
  }
}

const WIDTH = 11;
const BELOW = { first: '      ', rest: '      │ ' };

const REFERENT_WORDS: Readonly<Record<Referent['state'], string>> = {
  resolved: 'found, and looked at again right before it runs',
  ambiguous: 'several things fit',
  not_found: 'nothing was found',
  unresolvable: 'cannot be looked up: it may change after you approve',
};

/** What a value is for; the first word says whether it decides something. */
function roleOf(value: JudgedValue): string {
  if (value.role === 'content') return 'what is said';
  const slot =
    value.slot === undefined ? 'decides who, where, which or how much' : `decides the ${value.slot}`;
  const proven = value.proven === undefined ? '' : value.proven ? ', proven' : ', NOT proven';
  return spelledOutLine(`${slot}${proven}${value.endorsable === true ? ', can be endorsed' : ''}`);
}
