import type { Token } from '@bakerst/shared/api/auth';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { tokensQuery } from '../api/queries.ts';
import { query, request } from '../api/request.ts';
import { Button } from '../parts/button.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Empty } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { revealHidden } from '../text/reveal-hidden.ts';

export interface TokenListProps {
  readonly tokens: readonly Token[];
  /** Whose they are, where it is not the one who looks. */
  readonly person?: string;
}

export function TokenList({ tokens, person }: TokenListProps) {
  if (tokens.length === 0) {
    return (
      <Empty icon={<KeyRound size={22} />} title="No tokens yet">
        The CLI and OpenAI clients sign in with one.
      </Empty>
    );
  }
  const sorted = [...tokens].sort((a, b) => Number(isOver(a)) - Number(isOver(b)));
  return (
    <ul className="rows">
      {sorted.map((token) => (
        <TokenRow key={token.id} token={token} person={person} />
      ))}
    </ul>
  );
}

interface TokenRowProps {
  readonly token: Token;
  readonly person: string | undefined;
}

function TokenRow({ token, person }: TokenRowProps) {
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const revoke = useMutation({
    mutationFn: () => request(`tokens/${token.id}${query({ person })}`, { method: 'DELETE' }),
    onSuccess: () => setAsking(false),
    onSettled: () => client.invalidateQueries({ queryKey: tokensQuery(person).queryKey }),
  });
  return (
    <li className="server" data-over={isOver(token) || undefined}>
      <div className="server-main">
        <p className="strong">{revealHidden(token.name)}</p>
        <p className="faint">
          {token.scopes.join(', ')} · made <Time at={token.createdAt} /> ·{' '}
          {token.lastUsedAt === undefined ? (
            'never used'
          ) : (
            <>
              used <Time at={token.lastUsedAt} />
            </>
          )}
          {token.expiresAt === undefined ? null : (
            <>
              {' '}
              · ends <Time at={token.expiresAt} />
            </>
          )}
        </p>
      </div>
      {token.revokedAt === undefined ? (
        <Button tone="quiet" aria-label={`Revoke ${token.name}`} onClick={() => setAsking(true)}>
          Revoke
        </Button>
      ) : (
        <span className="faint">revoked</span>
      )}
      {asking ? (
        <Confirm
          title={`Revoke ${token.name}?`}
          action="Revoke"
          busy={revoke.isPending}
          error={revoke.error}
          onConfirm={() => revoke.mutate()}
          onClose={() => setAsking(false)}
        >
          Whatever uses it stops working at once. It cannot be brought back.
        </Confirm>
      ) : null}
    </li>
  );
}

function isOver(token: Token): boolean {
  return (
    token.revokedAt !== undefined ||
    (token.expiresAt !== undefined && Date.parse(token.expiresAt) < Date.now())
  );
}
