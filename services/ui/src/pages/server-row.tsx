import type { ToolServer } from '@bakerst/shared/api/system';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { RotateCw, ShieldOff, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { toolsQuery } from '../api/queries.ts';
import { request } from '../api/request.ts';
import { IconButton } from '../parts/button.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Time } from '../parts/time.tsx';
import { ReviewState } from '../review/review-state.tsx';
import { useMay } from '../shell/session.tsx';
import { StopButton } from '../stops/stop-button.tsx';
import { plural } from '../text/format.ts';
import { revealHidden } from '../text/reveal-hidden.ts';

const ReviewDialog = lazy(async () => ({
  default: (await import('../review/review-dialog.tsx')).ReviewDialog,
}));

const STATES: Record<
  ToolServer['state'],
  { readonly text: string; readonly tone: 'ok' | 'wait' | 'bad' | 'off' }
> = {
  ready: { text: 'ready', tone: 'ok' },
  starting: { text: 'starting', tone: 'wait' },
  backing_off: { text: 'trying again soon', tone: 'bad' },
  failed: { text: 'failed', tone: 'bad' },
  disabled: { text: 'disabled', tone: 'off' },
};

const WALLS: Record<Exclude<ToolServer['confinement'], 'unconfined'>, string> = {
  'in-process': 'part of the server',
  sandboxed: 'in a sandbox',
  remote: 'on another machine',
};

export function ServerRow({ server }: { readonly server: ToolServer }) {
  const { text, tone } = STATES[server.state];
  const may = useMay('config');
  const [reviewing, setReviewing] = useState(false);
  return (
    <li className="server">
      <div className="server-main">
        <p>
          <span className="strong">{server.server}</span>{' '}
          <span className="state" data-state={tone}>
            {text}
          </span>
        </p>
        <p className="faint">
          {plural(server.toolCount, 'tool')} · {server.transport} ·{' '}
          {server.confinement === 'unconfined' ? (
            <strong className="unconfined">
              <ShieldOff size={13} aria-hidden="true" /> unconfined: runs without walls
            </strong>
          ) : (
            WALLS[server.confinement]
          )}{' '}
          · since <Time at={server.since} />
          {server.restarts > 0 ? ` · ${plural(server.restarts, 'restart')}` : ''}
        </p>
        {server.lastError === undefined ? null : (
          <p className="field-error">{revealHidden(server.lastError)}</p>
        )}
        {server.transport === 'core' || !may ? null : (
          <p className="server-review">
            <ReviewState server={server.server} />
            <button
              type="button"
              className="link-button"
              aria-label={`Review the tools of ${server.server}`}
              onClick={() => setReviewing(true)}
            >
              Review
            </button>
          </p>
        )}
      </div>
      {server.transport === 'core' ? null : <ServerActions server={server} />}
      {reviewing ? (
        <Suspense fallback={null}>
          <ReviewDialog server={server.server} onClose={() => setReviewing(false)} />
        </Suspense>
      ) : null}
    </li>
  );
}

function ServerActions({ server }: { readonly server: ToolServer }) {
  const may = useMay('config');
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const onSettled = (): Promise<void> => client.invalidateQueries({ queryKey: toolsQuery.queryKey });
  const path = encodeURIComponent(server.server);
  const restart = useMutation({
    mutationFn: () => request(`tool-servers/${path}/restart`, { method: 'POST' }),
    onSettled,
  });
  const remove = useMutation({
    mutationFn: () => request(`mcp-servers/${path}`, { method: 'DELETE' }),
    onSuccess: () => setAsking(false),
    onSettled,
  });
  if (!may) return <StopButton scope="server" target={server.server} />;
  return (
    <div className="row">
      <StopButton scope="server" target={server.server} />
      <IconButton
        label={`Restart ${server.server}`}
        disabled={restart.isPending}
        icon={restart.isPending ? <span className="spinner" /> : <RotateCw size={16} />}
        onClick={() => restart.mutate()}
      />
      {server.origin === 'runtime' ? (
        <IconButton
          label={`Remove ${server.server}`}
          icon={<Trash2 size={16} />}
          onClick={() => setAsking(true)}
        />
      ) : null}
      {restart.error ? <ProblemNote error={restart.error} /> : null}
      {asking ? (
        <Confirm
          title={`Remove ${server.server}?`}
          action="Remove"
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate()}
          onClose={() => setAsking(false)}
        >
          It is stopped, and its tools are gone for every conversation.
        </Confirm>
      ) : null}
    </div>
  );
}
