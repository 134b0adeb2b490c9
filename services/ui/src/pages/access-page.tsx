import type { Token } from '@bakerst/shared/api/auth';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { tokensQuery } from '../api/queries.ts';
import { request } from '../api/request.ts';
import { Button } from '../parts/button.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Empty, Loaded } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { useMay } from '../shell/session.tsx';
import { CreateTokenDialog } from './create-token-dialog.tsx';
import { Page } from './page.tsx';

export function AccessPage() {
  const may = useMay('admin');
  const tokens = useQuery({ ...tokensQuery, enabled: may });
  const [creating, setCreating] = useState(false);
  const create = may ? (
    <Button onClick={() => setCreating(true)}>
      <Plus size={16} aria-hidden="true" /> New token
    </Button>
  ) : null;
  return (
    <Page
      title="Access"
      lead="Tokens for programs that talk to the API, each with only the scopes it needs."
      actions={create}
    >
      {may ? (
        <Loaded query={tokens}>{(data) => <TokenList tokens={data.items} />}</Loaded>
      ) : (
        <Empty icon={<KeyRound size={22} />} title="Only an administrator sees tokens">
          Your session lacks the scope “admin”.
        </Empty>
      )}
      {creating ? <CreateTokenDialog onClose={() => setCreating(false)} /> : null}
    </Page>
  );
}

function TokenList({ tokens }: { readonly tokens: readonly Token[] }) {
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
        <TokenRow key={token.id} token={token} />
      ))}
    </ul>
  );
}

function TokenRow({ token }: { readonly token: Token }) {
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const revoke = useMutation({
    mutationFn: () => request(`tokens/${token.id}`, { method: 'DELETE' }),
    onSuccess: () => setAsking(false),
    onSettled: () => client.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
  return (
    <li className="server" data-over={isOver(token) || undefined}>
      <div className="server-main">
        <p className="strong">{token.name}</p>
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
