import type { Person } from '@bakerst/shared/api/auth';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus, UserRound } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { peopleQuery, tokensQuery } from '../api/queries.ts';
import { request } from '../api/request.ts';
import { Disclosure } from '../chat/disclosure.tsx';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Loaded } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { useMe } from '../shell/session.tsx';
import { revealHidden } from '../text/reveal-hidden.ts';
import { CreateTokenDialog } from './create-token-dialog.tsx';
import { TokenList } from './token-list.tsx';

/** Who else can hold tokens here. A person can do nothing until a token is made for it. */
export function People() {
  const me = useMe().principal.id;
  const people = useQuery(peopleQuery);
  return (
    <>
      <Loaded query={people} lines={2}>
        {({ items }) => {
          const others = items.filter(({ id }) => id !== me);
          return others.length === 0 ? (
            <p className="muted">Nobody yet.</p>
          ) : (
            <div className="tool-list">
              {others.map((person) => (
                <PersonRow key={person.id} person={person} />
              ))}
            </div>
          );
        }}
      </Loaded>
      <AddPerson />
    </>
  );
}

function PersonRow({ person }: { readonly person: Person }) {
  return (
    <Disclosure
      icon={<UserRound size={15} />}
      label={<span className="tool-name">{revealHidden(person.name)}</span>}
      aside={
        <>
          since <Time at={person.createdAt} />
        </>
      }
    >
      <Tokens person={person} />
    </Disclosure>
  );
}

function Tokens({ person }: { readonly person: Person }) {
  const tokens = useQuery(tokensQuery(person.id));
  const [creating, setCreating] = useState(false);
  return (
    <div className="stack">
      <Loaded query={tokens} lines={2}>
        {({ items }) => <TokenList tokens={items} person={person.id} />}
      </Loaded>
      <div>
        <Button onClick={() => setCreating(true)}>
          <Plus size={16} aria-hidden="true" /> New token for {revealHidden(person.name)}
        </Button>
      </div>
      {creating ? <CreateTokenDialog person={person} onClose={() => setCreating(false)} /> : null}
    </div>
  );
}

function AddPerson() {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const add = useMutation({
    mutationFn: (wanted: string) => request<Person>('people', { method: 'POST', json: { name: wanted } }),
    onSuccess: () => setName(''),
    onSettled: () => client.invalidateQueries({ queryKey: peopleQuery.queryKey }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    add.mutate(name.trim());
  };
  return (
    <form className="stack add-person" onSubmit={submit}>
      <div className="row align-end narrow">
        <Field label="Add a person">
          <input
            className="input"
            required
            maxLength={100}
            placeholder="Name"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Button type="submit" busy={add.isPending} disabled={name.trim() === ''}>
          Add
        </Button>
      </div>
      {add.error ? <ProblemNote error={add.error} /> : null}
    </form>
  );
}
