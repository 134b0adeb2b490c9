import '../styles/approvals.css';
import type { JudgedValue } from '@bakerst/shared/guard';
import { useMay } from '../shell/session.tsx';
import { CardFacts } from './card-facts.tsx';
import { DecisionForm } from './decision-form.tsx';
import { type ShownApproval, shownOf } from './shown-approval.ts';
import { type Deciding, useDecision } from './use-decision.ts';

export interface ApprovalPanelProps {
  /** What is known before the server has answered; replaced by what it says. */
  readonly known: ShownApproval;
  /** The one that keys act on. */
  readonly active?: boolean;
}

/** Asks a person. What it shows was written by the guard, never by the model. */
export function ApprovalPanel({ known, active }: ApprovalPanelProps) {
  const may = useMay('approve');
  const deciding = useDecision(known.id, may);
  const { data } = deciding.detail;
  const shown = (data === undefined ? undefined : shownOf(data)) ?? known;
  const open = may && data?.obstacle === undefined && deciding.done === undefined;
  return (
    <section
      className="approval"
      aria-label={`Approval: ${shown.card.title}`}
      data-active={active || undefined}
      data-approval={shown.id}
    >
      <CardFacts
        shown={shown}
        {...(open ? { endorse: (value: JudgedValue) => <Endorse value={value} deciding={deciding} /> } : {})}
      />
      <DecisionForm shown={shown} deciding={deciding} may={may} />
    </section>
  );
}

function Endorse({ value, deciding }: { readonly value: JudgedValue; readonly deciding: Deciding }) {
  const { endorsed } = deciding.draft;
  const on = endorsed.includes(value.name);
  const toggle = (): void =>
    deciding.fill({
      endorsed: on ? endorsed.filter((name) => name !== value.name) : [...endorsed, value.name],
    });
  return (
    <label className="check endorse">
      <input type="checkbox" data-key="e" checked={on} onChange={toggle} />
      <span>
        This value is right: do not ask about it again in this request
        <span className="sr-only"> ({value.name})</span>
      </span>
    </label>
  );
}
