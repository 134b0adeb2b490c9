import type { ToolReview } from '@bakerst/shared/api/guard';
import { revealHidden } from '../text/reveal-hidden.ts';

type Lines = NonNullable<ToolReview['diff']>;

const SIGNS: Record<Lines[number]['kind'], { readonly sign: string; readonly said: string }> = {
  same: { sign: ' ', said: '' },
  removed: { sign: '−', said: 'removed: ' },
  added: { sign: '+', said: 'added: ' },
  unknown: { sign: '?', said: 'not kept: ' },
};

/** What has changed since a person accepted it; characters that nobody would see are spelled out. */
export function DefinitionDiff({ lines }: { readonly lines: Lines }) {
  return (
    <figure className="diff">
      <figcaption className="muted">What has changed since it was accepted</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long diff must be scrollable by keyboard */}
      <ol tabIndex={0} aria-label="Lines of the definition">
        {lines.map(({ kind, text }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a diff never change
          <li key={index} data-kind={kind}>
            <span className="sign" aria-hidden="true">
              {SIGNS[kind].sign}
            </span>
            {SIGNS[kind].said === '' ? null : <span className="sr-only">{SIGNS[kind].said}</span>}
            {revealHidden(text)}
          </li>
        ))}
      </ol>
    </figure>
  );
}
