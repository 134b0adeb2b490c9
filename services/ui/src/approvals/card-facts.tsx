import type { ApprovalCard } from '@bakerst/shared/guard';
import { Hand, Quote, TriangleAlert } from 'lucide-react';
import { ReasonList } from '../guard/reason-list.tsx';
import { ValueList, type ValueListProps } from '../guard/value-list.tsx';
import { EFFECTS, labelSentence, referentSentence } from '../guard/words.ts';
import { useMe } from '../shell/session.tsx';
import { revealHidden } from '../text/reveal-hidden.ts';
import type { ShownApproval } from './shown-approval.ts';

export interface CardFactsProps {
  readonly shown: ShownApproval;
  readonly endorse?: NonNullable<ValueListProps['endorse']>;
}

/** Everything of a card but the decision, in the order in which a careful person asks. */
export function CardFacts({ shown, endorse }: CardFactsProps) {
  const { card, reasons } = shown;
  const me = useMe().principal.id;
  const who = shown.onBehalfOf === me ? 'What you' : 'What was';
  return (
    <>
      <header>
        <Hand size={17} aria-hidden="true" />
        <h2>{revealHidden(card.title)}</h2>
        <p className="card-line">
          <span className="effect" data-effect={card.effect}>
            {EFFECTS[card.effect]}
          </span>
          <span>
            <code>{revealHidden(card.tool)}</code>
            {card.server === 'core' ? ' of the house' : ` of the server ${revealHidden(card.server)}`}
          </span>
          <Behalf principal={shown.onBehalfOf} name={shown.requester} />
        </p>
      </header>
      {card.asked === undefined ? null : (
        <figure className="asked">
          <figcaption>
            <Quote size={13} aria-hidden="true" /> {who} asked, word for word
          </figcaption>
          <blockquote>{revealHidden(card.asked)}</blockquote>
        </figure>
      )}
      <Warnings card={card} />
      <ValueList values={card.values} {...(endorse === undefined ? {} : { endorse })} />
      <Referents card={card} />
      <div className="why">
        <h3>Why you are asked</h3>
        <ReasonList reasons={reasons} />
        {card.label === undefined ? null : <p className="muted">{labelSentence(card.label)}</p>}
      </div>
    </>
  );
}

interface BehalfProps {
  readonly principal: string;
  readonly name: string | undefined;
}

function Behalf({ principal, name }: BehalfProps) {
  const me = useMe().principal;
  if (principal === me.id) return <span>for you</span>;
  return (
    <span>for {name === undefined ? <code>{principal}</code> : <strong>{revealHidden(name)}</strong>}</span>
  );
}

function Warnings({ card: { warnings = [] } }: { readonly card: ApprovalCard }) {
  if (warnings.length === 0) return null;
  return (
    <ul className="card-warnings" aria-label="Warnings">
      {warnings.map((warning) => (
        <li key={warning}>
          <TriangleAlert size={15} aria-hidden="true" />
          <span>{revealHidden(warning)}</span>
        </li>
      ))}
    </ul>
  );
}

/** What the handles among the values stand for, as the guard itself looked it up. */
function Referents({ card: { referents = [] } }: { readonly card: ApprovalCard }) {
  if (referents.length === 0) return null;
  return (
    <div className="value-group">
      <h3>What it refers to</h3>
      <dl>
        {referents.map((referent) => (
          <div
            key={`${referent.argument} ${referent.value}`}
            className="value"
            data-doubtful={referent.state === 'resolved' ? undefined : true}
          >
            <dt>{revealHidden(referent.argument)}</dt>
            <dd className="value-text">
              {referent.state === 'resolved' ? null : (
                <>
                  <TriangleAlert size={14} aria-hidden="true" />{' '}
                </>
              )}
              {revealHidden(referentSentence(referent))}
            </dd>
            <dd className="origin">
              <span>
                {referent.kind} <code className="wrap-anywhere">{revealHidden(referent.value)}</code>
                {referent.state === 'resolved'
                  ? ', looked up by the guard; checked again before it runs'
                  : ''}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
