import type { Reason } from '@bakerst/shared/guard';
import { revealHidden } from '../text/reveal-hidden.ts';

/** What the rules found, each with what would be needed. */
export function ReasonList({ reasons }: { readonly reasons: readonly Reason[] }) {
  return (
    <ul className="reasons">
      {reasons.map((reason) => (
        <li key={reason.rule + reason.message}>
          {revealHidden(reason.message)} <span className="faint nowrap">({revealHidden(reason.rule)})</span>
          {reason.remedy === undefined ? null : <p className="muted">{revealHidden(reason.remedy)}</p>}
        </li>
      ))}
    </ul>
  );
}
