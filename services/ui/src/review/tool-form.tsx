import type { ToolReview } from '@bakerst/shared/api/guard';
import type { ToolPolicy } from '@bakerst/shared/policy';
import { useId, useState } from 'react';
import { EFFECT_NAMES, EFFECTS } from '../guard/words.ts';
import { Field } from '../parts/field.tsx';
import { revealHidden } from '../text/reveal-hidden.ts';
import { ArgumentRows } from './argument-rows.tsx';
import { DefinitionDiff } from './definition-diff.tsx';
import { changePolicy, choose, mayAccept, policyOf, type ReviewDraft, takeBack } from './review-draft.ts';

export interface ToolFormProps {
  readonly tool: ToolReview;
  readonly draft: ReviewDraft;
  readonly onChange: (draft: ReviewDraft) => void;
  readonly may: boolean;
}

const STATES: Record<ToolReview['state'], { readonly text: string; readonly tone: string }> = {
  accepted: { text: 'accepted', tone: 'ok' },
  changed: { text: 'changed: every call is refused', tone: 'bad' },
  unknown: { text: 'new', tone: 'wait' },
  unpinnable: { text: 'cannot be accepted', tone: 'bad' },
};

/** One tool: what it says of itself, what has changed, and what a person says of it. */
export function ToolForm(props: ToolFormProps) {
  const { tool, draft, onChange, may } = props;
  const { text, tone } = STATES[tool.state];
  const name = revealHidden(tool.name);
  const [open, setOpen] = useState(tool.state !== 'accepted');
  const body = useId();
  return (
    <li className="review-tool" aria-label={name}>
      <div className="row wrap">
        <label className="check strong">
          <input
            type="checkbox"
            disabled={!may || !mayAccept(tool)}
            checked={draft.accept.has(tool.name)}
            onChange={(event) => onChange(choose(draft, tool.name, event.target.checked))}
          />
          <span className="sr-only">{tool.state === 'accepted' ? 'Accept again:' : 'Accept'}</span>
          <code className="wrap-anywhere">{name}</code>
        </label>
        <span className="state" data-state={tone}>
          {text}
        </span>
        <span className="grow" />
        <button
          type="button"
          className="link-button"
          aria-expanded={open}
          aria-controls={body}
          onClick={() => setOpen(!open)}
        >
          {open ? 'Less' : 'More'}
          <span className="sr-only"> about {name}</span>
        </button>
      </div>
      <p className="muted review-says">{revealHidden(tool.description.split('\n')[0] ?? '')}</p>
      <div id={body} className="stack" hidden={!open}>
        {open ? <Body {...props} /> : null}
      </div>
    </li>
  );
}

function Body({ tool, draft, onChange, may }: ToolFormProps) {
  const policy = policyOf(draft, tool);
  const set = (change: Partial<ToolPolicy>): void => onChange(changePolicy(draft, tool, change));
  const rest = tool.description.split('\n').slice(1).join('\n').trim();
  return (
    <>
      {rest === '' ? null : <p className="muted pre-line review-says">{revealHidden(rest)}</p>}
      {tool.diff === undefined ? null : <DefinitionDiff lines={tool.diff} />}
      {tool.state === 'unpinnable' ? (
        <p className="note note-warn">
          Its definition holds hidden characters or has no canonical form, so nothing exact could be accepted.
          Every call of it is asked about. Tell whoever wrote the server.
        </p>
      ) : null}
      <InForce tool={tool} />
      <fieldset className="stack plain" disabled={!may || !mayAccept(tool)}>
        <Field label="What it does">
          <select
            className="input"
            value={policy.effect}
            onChange={({ target }) =>
              set({ effect: EFFECT_NAMES.find((one) => one === target.value) ?? 'external' })
            }
          >
            {EFFECT_NAMES.map((effect) => (
              <option key={effect} value={effect}>
                {effect}: {EFFECTS[effect]}
              </option>
            ))}
          </select>
        </Field>
        <ArgumentRows tool={tool} draft={draft} onChange={onChange} />
        <Results policy={policy} set={set} />
      </fieldset>
      {tool.accepted === undefined || !may ? null : (
        <label className="check">
          <input
            type="checkbox"
            checked={draft.withdraw.has(tool.name)}
            onChange={(event) => onChange(takeBack(draft, tool.name, event.target.checked))}
          />
          Take it back: it counts as unknown again
        </label>
      )}
    </>
  );
}

function InForce({ tool }: { readonly tool: ToolReview }) {
  if (tool.accepted === undefined) {
    return (
      <p className="faint">
        In force now: nothing; it is external and asked. The form below is a guess from its names and hints.
      </p>
    );
  }
  return (
    <p className="faint">
      In force now: {tool.accepted.effect}, results {tool.accepted.results.integrity} and{' '}
      {tool.accepted.results.confidentiality}
      {tool.state === 'changed' ? ', but suspended because it has changed' : ''}.
    </p>
  );
}

interface ResultsProps {
  readonly policy: ToolPolicy;
  readonly set: (change: Partial<ToolPolicy>) => void;
}

function Results({ policy: { results }, set }: ResultsProps) {
  return (
    <div className="row wrap align-end">
      <Field label="Its results are written by" hint="If in doubt: others.">
        <select
          className="input"
          value={results.integrity}
          onChange={(event) =>
            set({
              results: { ...results, integrity: event.target.value === 'trusted' ? 'trusted' : 'untrusted' },
            })
          }
        >
          <option value="untrusted">others too (untrusted)</option>
          <option value="trusted">nobody outside (trusted)</option>
        </select>
      </Field>
      <Field label="and are" hint="Where it may go from there.">
        <select
          className="input"
          value={results.confidentiality}
          onChange={(event) => {
            const wanted = event.target.value;
            const confidentiality = wanted === 'public' || wanted === 'secret' ? wanted : 'internal';
            set({ results: { ...results, confidentiality } });
          }}
        >
          <option value="public">public</option>
          <option value="internal">internal</option>
          <option value="secret">secret</option>
        </select>
      </Field>
    </div>
  );
}
