import type { CreatedToken, Person } from '@bakerst/shared/api/auth';
import type { Scope } from '@bakerst/shared/identity';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { tokensQuery } from '../api/queries.ts';
import { request } from '../api/request.ts';
import { Button } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useMe } from '../shell/session.tsx';
import { revealHidden } from '../text/reveal-hidden.ts';

const SCOPES: readonly { scope: Scope; does: string }[] = [
  { scope: 'chat', does: 'conversations, files, the tool list, the OpenAI-compatible API' },
  { scope: 'speaks-for-user', does: 'its messages count as your own words' },
  { scope: 'operator-prompt', does: 'its system message counts as yours' },
  { scope: 'approve', does: 'decides approvals' },
  { scope: 'config', does: 'changes models and tool servers' },
  { scope: 'admin', does: 'tokens, backups' },
  { scope: 'metrics', does: 'reads /metrics' },
];

export interface CreateTokenDialogProps {
  /** For whom; absent: for the one who makes it. */
  readonly person?: Person;
  readonly onClose: () => void;
}

export function CreateTokenDialog({ person, onClose }: CreateTokenDialogProps) {
  const client = useQueryClient();
  const create = useMutation({
    mutationFn: (json: object) =>
      request<CreatedToken>('tokens', {
        method: 'POST',
        json: person === undefined ? json : { ...json, person: person.id },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: tokensQuery(person?.id).queryKey }),
  });
  return (
    <Dialog title={titleOf(create.data !== undefined, person)} open onClose={onClose}>
      {create.data === undefined ? (
        <TokenForm busy={create.isPending} error={create.error} onSubmit={create.mutate} onClose={onClose} />
      ) : (
        <Secret token={create.data} onClose={onClose} />
      )}
    </Dialog>
  );
}

function titleOf(made: boolean, person: Person | undefined): string {
  if (person === undefined) return made ? 'Your new token' : 'New token';
  return `${made ? 'The new token' : 'New token'} for ${revealHidden(person.name)}`;
}

interface TokenFormProps {
  readonly busy: boolean;
  readonly error: Error | null;
  readonly onSubmit: (token: object) => void;
  readonly onClose: () => void;
}

function TokenForm({ busy, error, onSubmit, onClose }: TokenFormProps) {
  const me = useMe();
  const [name, setName] = useState('');
  const [days, setDays] = useState('90');
  const [scopes, setScopes] = useState<readonly Scope[]>(['chat']);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit({ name, scopes, ...(days === '' ? {} : { expiresInDays: Number(days) }) });
  };
  const toggle = (scope: Scope): void =>
    setScopes(scopes.includes(scope) ? scopes.filter((one) => one !== scope) : [...scopes, scope]);
  return (
    <form className="stack" onSubmit={submit}>
      <Field label="Name" hint="What will use it.">
        <input
          className="input"
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </Field>
      <Field label="Ends after">
        <select className="input" value={days} onChange={(event) => setDays(event.target.value)}>
          <option value="7">7 days</option>
          <option value="30">30 days</option>
          <option value="90">90 days</option>
          <option value="365">a year</option>
          <option value="">never</option>
        </select>
      </Field>
      <fieldset className="choice">
        <legend>It may</legend>
        {SCOPES.filter(({ scope }) => me.scopes.includes(scope)).map(({ scope, does }) => (
          <label key={scope}>
            <input type="checkbox" checked={scopes.includes(scope)} onChange={() => toggle(scope)} />
            <span>
              {scope} <span className="faint">{does}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {error ? <ProblemNote error={error} /> : null}
      <div className="row end">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" tone="primary" busy={busy} disabled={scopes.length === 0}>
          Create
        </Button>
      </div>
    </form>
  );
}

function Secret({ token, onClose }: { readonly token: CreatedToken; readonly onClose: () => void }) {
  return (
    <div className="stack">
      <p className="muted">Copy it now: only its hash is kept, so it is never shown again.</p>
      <p className="secret">
        <code>{token.secret}</code>
        <CopyButton text={() => token.secret} label="Copy token" />
      </p>
      <div className="row end">
        <Button tone="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </div>
  );
}
