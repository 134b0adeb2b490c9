import { ChevronRight } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';

export interface DisclosureProps {
  readonly className?: string;
  readonly icon: ReactNode;
  readonly label: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A quiet row that opens. What is inside is drawn only once it is wanted. */
export function Disclosure({ className = '', icon, label, aside, children }: DisclosureProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <div className={`disclosure ${className}`}>
      <button
        type="button"
        className="disclosure-row"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <span className="disclosure-icon">{icon}</span>
        <span className="disclosure-label">{label}</span>
        {aside === undefined ? null : <span className="disclosure-aside">{aside}</span>}
        <ChevronRight className="chevron" size={15} aria-hidden="true" />
      </button>
      <div id={id} className="disclosure-body" hidden={!open}>
        {open ? children : null}
      </div>
    </div>
  );
}
