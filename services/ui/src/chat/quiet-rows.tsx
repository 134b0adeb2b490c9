import type { StepOf } from '@bakerst/shared/steps';
import { Archive, Brain, TriangleAlert } from 'lucide-react';
import { formatCount, plural } from '../text/format.ts';
import { revealHidden } from '../text/reveal-hidden.ts';
import { Disclosure } from './disclosure.tsx';

export function Thinking({ text, running }: { readonly text: string; readonly running: boolean }) {
  return (
    <Disclosure
      icon={<Brain size={15} />}
      label={<span className={running ? 'shimmer' : ''}>{running ? 'Thinking' : 'Thought about it'}</span>}
    >
      <p className="thought">{revealHidden(text)}</p>
    </Disclosure>
  );
}

/** What was left out of the model's context is never hidden from the reader. */
export function Compaction({ step }: { readonly step: StepOf<'context_compacted'> }) {
  const trimmed = plural(step.trimmedCalls.length, 'tool result');
  const label =
    step.turnsSummarised > 0
      ? `${plural(step.turnsSummarised, 'older turn')} ${step.turnsSummarised === 1 ? 'was' : 'were'} summarised`
      : `${trimmed} ${step.trimmedCalls.length === 1 ? 'was' : 'were'} left out`;
  return (
    <Disclosure className="compaction" icon={<Archive size={15} />} label={label}>
      <p className="muted">
        The conversation outgrew the model's window: {formatCount(step.tokensBefore)} tokens became{' '}
        {formatCount(step.tokensAfter)}. All of it is still here for you; the model reads this instead
        {step.trimmedCalls.length > 0 && step.turnsSummarised > 0 ? ` (and ${trimmed} less)` : ''}.
      </p>
      {step.summary === undefined ? null : <p className="thought">{revealHidden(step.summary)}</p>}
    </Disclosure>
  );
}

export function Notice({ text, remedy }: { readonly text: string; readonly remedy?: string | undefined }) {
  return (
    <p className="notice">
      <TriangleAlert size={14} aria-hidden="true" />
      <span>
        {revealHidden(text)}{' '}
        {remedy === undefined ? null : <span className="faint">{revealHidden(remedy)}</span>}
      </span>
    </p>
  );
}
