import type { Grant } from '@bakerst/shared/guard';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { grantsQuery } from '../api/guard-queries.ts';
import { request } from '../api/request.ts';
import { Button } from '../parts/button.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Empty, Loaded } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { revealHidden } from '../text/reveal-hidden.ts';

/** Values that count for longer than one request, each with its end. */
export function Grants() {
  const query = useQuery(grantsQuery);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the page must be scrollable by keyboard
    <div className="page-scroll" tabIndex={0}>
      <div className="page">
        <p className="muted lead">
          Values that you asked to be remembered: in this place of this server they are not asked about again.
          Never for money, programs or this system.
        </p>
        <Loaded query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty icon={<KeyRound size={22} aria-hidden="true" />} title="Nothing is remembered">
                On a card, tick a value as right and choose how long it counts.
              </Empty>
            ) : (
              <ul className="rows">
                {[...items].sort(openFirst).map((grant) => (
                  <GrantRow key={grant.id} grant={grant} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </div>
    </div>
  );
}

function openFirst(a: Grant, b: Grant): number {
  return Number(isOver(a)) - Number(isOver(b)) || b.createdAt.localeCompare(a.createdAt);
}

function isOver(grant: Grant): boolean {
  return grant.revokedAt !== undefined || Date.parse(grant.expiresAt) < Date.now();
}

function GrantRow({ grant }: { readonly grant: Grant }) {
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const revoke = useMutation({
    mutationFn: () => request(`grants/${grant.id}`, { method: 'DELETE' }),
    onSuccess: () => setAsking(false),
    onSettled: () => client.invalidateQueries({ queryKey: grantsQuery.queryKey }),
  });
  const value = revealHidden(grant.value);
  const over = isOver(grant);
  return (
    <li className="server" data-over={over || undefined}>
      <div className="server-main">
        <p className="strong wrap-anywhere">{value}</p>
        <p className="faint">
          as {revealHidden(grant.slot)} of{' '}
          {grant.server === 'core' ? 'the house' : revealHidden(grant.server)} · since{' '}
          <Time at={grant.createdAt} /> · {over ? 'ended' : 'ends'}{' '}
          <Time at={grant.revokedAt ?? grant.expiresAt} />
        </p>
      </div>
      {over ? (
        <span className="faint">{grant.revokedAt === undefined ? 'over' : 'revoked'}</span>
      ) : (
        <Button tone="quiet" aria-label={`Revoke ${value}`} onClick={() => setAsking(true)}>
          Revoke
        </Button>
      )}
      {asking ? (
        <Confirm
          title="Revoke it?"
          action="Revoke"
          busy={revoke.isPending}
          error={revoke.error}
          onConfirm={() => revoke.mutate()}
          onClose={() => setAsking(false)}
        >
          {value} is asked about again from the next message on.
        </Confirm>
      ) : null}
    </li>
  );
}
