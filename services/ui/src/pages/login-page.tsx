import type { LoginRequest, Me } from '@bakerst/shared/api/auth';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { asApiError } from '../api/api-error.ts';
import { meQuery } from '../api/queries.ts';
import { request } from '../api/request.ts';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useTitle } from '../shell/use-title.ts';

/** Signs in with the one-time code of the start link, or with an API token. */
export function LoginPage() {
  useTitle('Sign in');
  const client = useQueryClient();
  const navigate = useNavigate();
  const from = useReturnAddress();
  const login = useMutation({
    mutationFn: (json: LoginRequest) => request<Me>('auth/login', { method: 'POST', json }),
    onSuccess: (me) => {
      client.clear();
      client.setQueryData(meQuery.queryKey, me);
      void navigate(from, { replace: true });
    },
  });
  const { mutate } = login;
  const code = useLinkCode();
  const sent = useRef<string>(undefined);
  useEffect(() => {
    if (code === undefined || sent.current === code) return;
    sent.current = code;
    mutate({ code });
  }, [code, mutate]);
  const byCode = login.variables !== undefined && 'code' in login.variables;
  return (
    <main className="alone login">
      <img src="/icon.svg" alt="" width="44" height="44" />
      <h1>Baker Street</h1>
      {login.isPending && byCode ? (
        <p className="muted" role="status">
          Signing in…
        </p>
      ) : (
        <>
          {login.error ? <LoginProblem error={login.error} byCode={byCode} /> : <Welcome />}
          <TokenForm busy={login.isPending} onToken={(token) => mutate({ token })} />
        </>
      )}
    </main>
  );
}

function Welcome() {
  return (
    <p className="muted">
      Open the link that <code>npm start</code> printed, or run <code>bakerst login-link</code> for a new one.
    </p>
  );
}

function LoginProblem({ error, byCode }: { readonly error: unknown; readonly byCode: boolean }) {
  const { status } = asApiError(error);
  if (!byCode || status === 0 || status === 429) return <ProblemNote error={error} />;
  return (
    <ProblemNote error={error}>
      <p>
        A link works once, for a quarter of an hour. <code>bakerst login-link</code> makes a new one.
      </p>
    </ProblemNote>
  );
}

function TokenForm({ busy, onToken }: { readonly busy: boolean; readonly onToken: (token: string) => void }) {
  const [token, setToken] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (token.trim() !== '') onToken(token.trim());
  };
  return (
    <form className="stack" onSubmit={submit}>
      <Field label="API token">
        <input
          className="input"
          type="password"
          autoComplete="current-password"
          spellCheck={false}
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
      </Field>
      <Button type="submit" tone="primary" busy={busy} disabled={token.trim() === ''}>
        Sign in
      </Button>
    </form>
  );
}

/** The code stands in the fragment, which no server sees; it leaves the address bar and the history at once. */
function useLinkCode(): string | undefined {
  const [code, setCode] = useState(readCode);
  // The router draws this page anew for every change of the address, also of the fragment alone.
  useEffect(() => {
    const found = readCode();
    if (found !== undefined) setCode(found);
    if (window.location.hash !== '')
      window.history.replaceState(window.history.state, '', window.location.pathname);
  });
  return code;
}

function readCode(): string | undefined {
  return new URLSearchParams(window.location.hash.slice(1)).get('code') ?? undefined;
}

/** Only ever a page of this console. */
function useReturnAddress(): string {
  const state: unknown = useLocation().state;
  const from = typeof state === 'object' && state !== null && 'from' in state ? state.from : undefined;
  return typeof from === 'string' && /^\/(?![/\\])/.test(from) ? from : '/chat';
}
