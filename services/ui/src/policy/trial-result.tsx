import type { TestPolicyResult } from '@bakerst/shared/api/guard';
import { CircleCheck } from 'lucide-react';
import { Link } from 'react-router';
import { Time } from '../parts/time.tsx';
import { plural } from '../text/format.ts';
import { revealHidden } from '../text/reveal-hidden.ts';

const WORDS = { allow: 'allowed', ask: 'asked', deny: 'denied' } as const;
const DECISIONS = ['allow', 'ask', 'deny'] as const;

/** Which recorded calls would have got another verdict; the loosened ones first, for they want a look. */
export function TrialResult({ result }: { readonly result: TestPolicyResult }) {
  const { changed, calls, conversations, counts } = result;
  return (
    <section className="stack trial" aria-label="Test against the past">
      <p className="muted">
        {plural(calls, 'recorded call')} of {plural(conversations, 'conversation')} judged again, before and
        now:{' '}
        {DECISIONS.map(
          (decision) => `${WORDS[decision]} ${counts.before[decision]} → ${counts.after[decision]}`,
        ).join(', ')}
        .
      </p>
      {calls === 0 ? (
        <p className="muted">Nothing is recorded yet that could be judged again.</p>
      ) : changed.length === 0 ? (
        <p className="note note-ok" role="status">
          <CircleCheck size={17} aria-hidden="true" /> No recorded call would get another verdict.
        </p>
      ) : (
        <Changed changed={changed} />
      )}
    </section>
  );
}

const RANK = { allow: 0, ask: 1, deny: 2 } as const;
type Change = TestPolicyResult['changed'][number];

function loosens({ before, after }: Change): boolean {
  return RANK[after] < RANK[before];
}

function Changed({ changed }: { readonly changed: readonly Change[] }) {
  const sorted = [...changed].sort((a, b) => Number(loosens(b)) - Number(loosens(a)));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table must be scrollable by keyboard
    <div className="table-scroll" tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            <th>Tool</th>
            <th>Then</th>
            <th>Now</th>
            <th>Why</th>
            <th>Where</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((change) => (
            <tr key={`${change.turn} ${change.call}`}>
              <td>
                <code>{revealHidden(change.tool)}</code>
              </td>
              <td>{WORDS[change.before]}</td>
              <td>
                {WORDS[change.after]} {loosens(change) ? <span className="tag">looser</span> : null}
              </td>
              <td className="wrap-anywhere">
                {change.reasons.length === 0
                  ? 'No rule objects any more.'
                  : change.reasons.map(({ message }) => revealHidden(message)).join(' ')}
              </td>
              <td className="nowrap">
                <Link to={`/chat/${change.conversation}`}>Conversation</Link>, <Time at={change.at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
