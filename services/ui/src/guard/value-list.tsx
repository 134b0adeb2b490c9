import type { JudgedValue } from '@bakerst/shared/guard';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { revealHidden } from '../text/reveal-hidden.ts';

export interface ValueListProps {
  readonly values: readonly JudgedValue[];
  /** Drawn beside a value that may be endorsed. */
  readonly endorse?: (value: JudgedValue) => ReactNode;
}

/** Each value in full with its origin; who, where and how much apart from what is said. */
export function ValueList({ values, endorse }: ValueListProps) {
  const groups = [
    { title: 'Where it goes and what it does', values: values.filter(({ role }) => role !== 'content') },
    { title: 'What it says', values: values.filter(({ role }) => role === 'content') },
  ].filter((group) => group.values.length > 0);
  return groups.map((group) => (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    <div key={group.title} className="value-group" role="group" aria-label={group.title}>
      <h3>{group.title}</h3>
      <dl>
        {group.values.map((value) => (
          <Value key={value.name} value={value} endorse={endorse} />
        ))}
      </dl>
    </div>
  ));
}

interface ValueProps {
  readonly value: JudgedValue;
  readonly endorse: ValueListProps['endorse'];
}

function Value({ value, endorse }: ValueProps) {
  const { name, role, slot, proven, marks = [], origin } = value;
  const doubtful = role !== 'content' && proven === false;
  return (
    <div className="value" data-doubtful={doubtful || undefined}>
      <dt>
        {revealHidden(name)}
        {slot === undefined || slot === name ? null : <span className="slot">{slot}</span>}
      </dt>
      <dd className="value-text">{value.value === '' ? <em>empty</em> : <Letters text={value.value} />}</dd>
      {marks.length === 0 ? null : (
        <dd className="marks">
          {marks.map((mark) => (
            <span key={mark} className="tag">
              {revealHidden(mark)}
            </span>
          ))}
        </dd>
      )}
      <dd className="origin">
        {doubtful ? (
          <>
            <TriangleAlert size={14} aria-hidden="true" />
            <span>
              <strong>Not from you.</strong> {revealHidden(origin)}
            </span>
          </>
        ) : (
          <>
            {proven === true ? <CircleCheck size={14} aria-label="Proven" /> : null}
            <span>{revealHidden(origin)}</span>
          </>
        )}
      </dd>
      {endorse !== undefined && value.endorsable === true ? <dd>{endorse(value)}</dd> : null}
    </div>
  );
}

/** Letters of another alphabet between Latin ones are underlined: they may only look like them. */
function Letters({ text }: { readonly text: string }) {
  const visible = revealHidden(text);
  if (!/\p{Script=Latin}/u.test(visible) || !FOREIGN.test(visible)) return visible;
  return visible.split(FOREIGN_RUNS).map((run, index) =>
    FOREIGN.test(run) ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text
      <span key={index} className="foreign" title="Letters of another alphabet">
        {run}
      </span>
    ) : (
      run
    ),
  );
}

const FOREIGN =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}]/u;
const FOREIGN_RUNS =
  /([\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}]+)/u;
