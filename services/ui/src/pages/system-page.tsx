import type { Status } from '@bakerst/shared/api/system';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { statusQuery } from '../api/queries.ts';
import { Loaded } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { KillSwitch } from '../stops/kill-switch.tsx';
import { formatBytes, formatMoney } from '../text/format.ts';
import { Page, Section } from './page.tsx';

export function SystemPage() {
  const status = useQuery(statusQuery);
  return (
    <Page title="System" lead="Is it well, what is spent, what wants your attention.">
      <Loaded query={status} lines={8}>
        {(data) => (
          <>
            <Warnings status={data} />
            <Section
              title="Kill switch"
              lead="Holds every tool back at once, before the guard is even asked."
            >
              <KillSwitch />
            </Section>
            <Section title="Spent this month">
              <Budget budget={data.budget} />
            </Section>
            <Section title="Parts">
              <Parts status={data} />
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Warnings({ status }: { readonly status: Status }) {
  if (status.warnings.length === 0) {
    return (
      <p className="note note-ok">
        <CircleCheck size={17} aria-hidden="true" /> Nothing wants your attention.
      </p>
    );
  }
  return (
    <ul className="warnings" aria-label="Warnings">
      {status.warnings.map((warning) => (
        <li key={warning.code + warning.message} className="note note-warn">
          <TriangleAlert size={17} aria-hidden="true" />
          <div className="note-text">
            <p className="note-title">{warning.message}</p>
            <p>{warning.remedy}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}

function Budget({ budget }: { readonly budget: Status['budget'] }) {
  const { limitMicros, spentMicros, reservedMicros, blocked } = budget;
  const share = (micros: number): number =>
    limitMicros === 0 ? 0 : Math.min(100, (micros / limitMicros) * 100);
  const left = Math.max(0, limitMicros - spentMicros - reservedMicros);
  return (
    <div className="budget">
      <p>
        <span className="figure">{formatMoney(spentMicros)}</span>{' '}
        <span className="muted">of {formatMoney(limitMicros)}</span>
      </p>
      <div className="bar" aria-hidden="true">
        <span className="spent" style={{ width: `${share(spentMicros)}%` }} />
        <span className="reserved" style={{ width: `${share(reservedMicros)}%` }} />
      </div>
      <p className="faint">
        {formatMoney(reservedMicros)} held for calls that run now, {formatMoney(left)} left
      </p>
      {blocked ? (
        <p className="field-error">
          Blocked: more was used than was held. Raise budget.monthlyLimitUsd or wait for the next month.
        </p>
      ) : null}
    </div>
  );
}

function Parts({ status }: { readonly status: Status }) {
  const { model, store, audit, sandbox, turns } = status;
  return (
    <dl className="rows settings">
      <Part
        name="Model"
        ok={model.state === 'ready'}
        value={model.ref}
        more={model.demo ? 'demo model, not an AI' : (model.detail ?? model.state)}
      />
      <Part
        name="Turns"
        value={`${turns.running} running, ${turns.queued} queued, ${turns.parked} waiting`}
      />
      <Part
        name="Database"
        ok={store.ok}
        value={formatBytes(store.bytes)}
        more={`${store.detail}, schema ${store.schemaVersion}`}
      />
      <Part
        name="Audit log"
        ok={audit.lastError === undefined}
        value={audit.assurance}
        more={audit.lastError ?? (audit.waiting > 0 ? `${audit.waiting} waiting` : 'all written')}
      />
      <Part
        name="Sandbox"
        ok={sandbox.available}
        value={sandbox.available ? 'available' : 'missing'}
        more={[sandbox.detail, sandbox.remedy].filter((text) => text !== undefined).join('. ')}
      />
      <Part name="Version" value={status.version} more={`Node ${status.node}`} />
      <Part name="Started" value={<Time at={status.startedAt} />} />
      <Part name="Data folder" value={<span className="mono wrap-anywhere">{status.dataFolder}</span>} />
    </dl>
  );
}

interface PartProps {
  readonly name: string;
  readonly ok?: boolean;
  readonly value: ReactNode;
  readonly more?: string;
}

function Part({ name, ok = true, value, more }: PartProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {ok ? null : <TriangleAlert size={14} className="bad" aria-label="not well" />} {value}
      </dd>
      <dd className="faint">{more}</dd>
    </div>
  );
}
