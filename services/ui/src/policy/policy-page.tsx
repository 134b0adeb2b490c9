import '../styles/policy.css';
import type { PolicyView } from '@bakerst/shared/api/guard';
import { useQuery } from '@tanstack/react-query';
import { Scale } from 'lucide-react';
import { useState } from 'react';
import { policyQuery } from '../api/guard-queries.ts';
import { Page, Section } from '../pages/page.tsx';
import { Button } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { Empty, Loaded } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { useMay } from '../shell/session.tsx';
import { plural } from '../text/format.ts';
import { revealHidden } from '../text/reveal-hidden.ts';
import { PolicyEditor } from './policy-editor.tsx';
import { PolicyTimeline } from './policy-timeline.tsx';
import { ProblemList } from './problem-list.tsx';

/** The rules in words, the text they come from, and a change tried against the past before it goes live. */
export function PolicyPage() {
  const may = useMay('config');
  const query = useQuery({ ...policyQuery, enabled: may });
  if (!may) {
    return (
      <Page title="Policy">
        <Empty icon={<Scale size={22} aria-hidden="true" />} title="Only who may configure sees the policy">
          Your session lacks the scope “config”. Why a call was judged as it was stands with the call in the
          chat.
        </Empty>
      </Page>
    );
  }
  return (
    <Page title="Policy" lead="What tools may do by themselves, what is asked, and what is refused.">
      <Loaded query={query} lines={8}>
        {(policy) => (
          <>
            <Troubles policy={policy} />
            <InForce policy={policy} />
            <Words policy={policy} />
            <Text policy={policy} />
            <Section title="Former policies">
              <PolicyTimeline current={policy.hash} />
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  );
}

const PROFILES: Record<PolicyView['profile'], string> = {
  strict: 'lets through only what your words spell out, once strangers’ text was read',
  balanced: 'lets through what your words ask for, asks for the rest',
  autonomous: 'asks seldom; for unattended work within walls',
  observe:
    'runs and records what it would have asked, but for money, commands, settings and new tools: for trying out only',
};

const SOURCES: Record<PolicyView['source'], string> = {
  file: 'a file',
  'built-in': 'built in: there is no file of your own yet',
  missing: 'none: everything but reads is denied until there is a valid one',
};

function Troubles({ policy }: { readonly policy: PolicyView }) {
  if (policy.problems.length === 0) return null;
  const title =
    policy.source === 'missing'
      ? 'There is no valid policy: everything but reads is denied.'
      : 'A newer text was refused. The one below stays in force.';
  return (
    <div className="note note-danger" role="alert">
      <div className="note-text">
        <p className="note-title">
          {title} {plural(policy.problems.length, 'problem')}:
        </p>
        <ProblemList problems={policy.problems} />
      </div>
    </div>
  );
}

function InForce({ policy }: { readonly policy: PolicyView }) {
  return (
    <Section title="In force">
      <dl className="rows">
        <div>
          <dt>Profile</dt>
          <dd>
            <strong>{policy.profile}</strong> <span className="muted">{PROFILES[policy.profile]}</span>
          </dd>
        </div>
        <div>
          <dt>Comes from</dt>
          <dd className="wrap-anywhere">
            {policy.source === 'file' && policy.path !== undefined ? (
              <code>{policy.path}</code>
            ) : (
              SOURCES[policy.source]
            )}
            {policy.source !== 'file' && policy.path !== undefined ? (
              <p className="faint">
                Your own would be <code>{policy.path}</code>
              </p>
            ) : null}
          </dd>
        </div>
        <div>
          <dt>Loaded</dt>
          <dd>
            <Time at={policy.loadedAt} />
          </dd>
        </div>
        <div>
          <dt>Hash</dt>
          <dd className="row">
            <code className="id ellipsis">{policy.hash}</code>
            <CopyButton text={() => policy.hash} label="Copy hash" />
          </dd>
        </div>
      </dl>
    </Section>
  );
}

function Words({ policy }: { readonly policy: PolicyView }) {
  return (
    <Section title="In words" lead="Written by the guard from the text below.">
      <div className="policy-words">
        {policy.words.map((part) => (
          <section key={part.title} aria-label={part.title}>
            <h3>{revealHidden(part.title)}</h3>
            <ul>
              {part.lines.map((line) => (
                <li key={line}>{revealHidden(line)}</li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Section>
  );
}

function Text({ policy }: { readonly policy: PolicyView }) {
  const admin = useMay('admin');
  const [editing, setEditing] = useState(false);
  if (!editing) {
    return (
      <Section title="As text">
        <p className="muted policy-lead">
          {policy.writable && admin
            ? 'Change it here: it is checked, tried against the past, and only then saved.'
            : 'You can look at it, change a copy, check it and try it against the past.'}
        </p>
        <Button onClick={() => setEditing(true)}>
          {policy.writable && admin ? 'Edit the policy' : 'Open the text'}
        </Button>
      </Section>
    );
  }
  return (
    <Section title="As text">
      <PolicyEditor policy={policy} onClose={() => setEditing(false)} />
    </Section>
  );
}
