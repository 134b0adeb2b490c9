import '../styles/approvals.css';
import '../styles/explanation.css';
import type { CallExplanation } from '@bakerst/shared/api/guard';
import { useQuery } from '@tanstack/react-query';
import { Ban, Check, Hand, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { explanationQuery } from '../api/guard-queries.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { Loaded } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { plural } from '../text/format.ts';
import { revealHidden } from '../text/reveal-hidden.ts';
import { ReasonList } from './reason-list.tsx';
import { ValueList } from './value-list.tsx';
import { DECISIONS, EFFECTS, labelSentence, remediesOf } from './words.ts';

/** Why a call was allowed, asked or denied: made again from what is recorded, under the policy of then. */
export function Explanation({ call, turn }: { readonly call: string; readonly turn: string }) {
  const query = useQuery(explanationQuery(call, turn));
  return (
    <Loaded query={query} lines={8}>
      {(data) => <Explained data={data} />}
    </Loaded>
  );
}

function Explained({ data }: { readonly data: CallExplanation }) {
  const { verdict } = data;
  const remedies = remediesOf(verdict.reasons);
  return (
    <div className="why-sheet">
      <p className="why-verdict" data-decision={verdict.decision}>
        {ICONS[verdict.decision]} <strong>{DECISIONS[verdict.decision]}</strong>
        <span className="muted">
          <code>{revealHidden(data.tool)}</code> {EFFECTS[data.effect]}, <Time at={data.at} />
        </span>
      </p>
      {data.replayed ? null : (
        <p className="note note-warn">
          The policy of then is not kept any more: this is the verdict as it was recorded, without the rules.
        </p>
      )}
      <Part title="What was found">
        {verdict.reasons.length === 0 ? (
          <p className="muted">No rule objected.</p>
        ) : (
          <ReasonList reasons={verdict.reasons.map(({ rule, message }) => ({ rule, message }))} />
        )}
      </Part>
      {remedies.length === 0 ? null : (
        <Part title="What would have been needed">
          <ul className="reasons">
            {remedies.map((remedy) => (
              <li key={remedy}>{revealHidden(remedy)}</li>
            ))}
          </ul>
        </Part>
      )}
      <Rules rules={data.rules} />
      <ValueList values={data.values} />
      <Plan plan={data.plan} />
      <Part title="What the agent had read">
        <p>
          {labelSentence(data.label)}
          {data.tainted ? null : ' None of it counts against this call.'}
        </p>
      </Part>
      <Part title="Policy of then">
        <p className="row">
          <code className="id ellipsis">{data.policyHash}</code>
          <CopyButton text={() => data.policyHash} label="Copy hash of the policy" />
          <Link to="/policy">Policy</Link>
        </p>
      </Part>
    </div>
  );
}

const ICONS: Record<CallExplanation['verdict']['decision'], ReactNode> = {
  allow: <Check size={16} aria-hidden="true" />,
  ask: <Hand size={16} aria-hidden="true" />,
  deny: <Ban size={16} aria-hidden="true" />,
};

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

const SAID: Record<CallExplanation['rules'][number]['said'], ReactNode> = {
  ...{ allow: 'allows', ask: 'asks', deny: 'denies' },
  nothing: 'has nothing to say',
};

function Rules({ rules }: Pick<CallExplanation, 'rules'>) {
  if (rules.length === 0) return null;
  return (
    <Part title="Rules, in the order they were asked">
      <ol className="rule-list">
        {rules.map(({ rule, said }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the rules of a verdict never change
          <li key={index} data-said={said}>
            {said === 'nothing' ? <Minus size={15} aria-hidden="true" /> : ICONS[said]}
            <code>{revealHidden(rule)}</code>
            <span>{SAID[said]}</span>
          </li>
        ))}
      </ol>
    </Part>
  );
}

const PLANNERS: Record<CallExplanation['plan']['by'], string> = {
  model: 'Made by the planner, from the words alone',
  words: 'Read from the words themselves',
  none: 'There was no plan',
};

function Plan({ plan: { by, calls } }: Pick<CallExplanation, 'plan'>) {
  return (
    <Part title="What the words ask for">
      <p className="muted">
        {PLANNERS[by]}
        {calls.length === 0 ? '; no call was expected.' : ':'}
      </p>
      <ul className="plan">
        {calls.map((call, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a plan never changes
          <li key={index}>
            <code>{revealHidden(call.tool)}</code> at most {plural(call.most, 'time')}
            {Object.entries(call.slots).map(([argument, spans]) => (
              <p key={argument} className="muted">
                {revealHidden(argument)} from {spans.map((span) => `“${revealHidden(span)}”`).join(', ')}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </Part>
  );
}
