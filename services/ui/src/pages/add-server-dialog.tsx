import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { toolsQuery } from '../api/queries.ts';
import { request } from '../api/request.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { pairs, splitWords } from './server-form.ts';

const EMPTY = {
  name: '',
  transport: 'stdio' as 'stdio' | 'http',
  command: '',
  paths: '',
  network: false,
  env: '',
  url: '',
  headers: '',
};
type Values = typeof EMPTY;

export function AddServerDialog({ onClose }: { readonly onClose: () => void }) {
  const [values, setValues] = useState(EMPTY);
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: () =>
      request(`mcp-servers/${encodeURIComponent(values.name)}`, {
        method: 'PUT',
        json: { server: serverOf(values) },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: toolsQuery.queryKey });
      onClose();
    },
  });
  const set = (change: Partial<Values>): void => setValues({ ...values, ...change });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog title="Add an MCP server" open onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <Field label="Name" hint="Lower case; its tools are called name__tool.">
          <input
            className="input"
            required
            pattern="[a-z0-9][a-z0-9\-]{0,30}"
            value={values.name}
            onChange={(event) => set({ name: event.target.value })}
          />
        </Field>
        <fieldset className="choice">
          <legend>How it is reached</legend>
          <Choice
            label="A program on this machine"
            checked={values.transport === 'stdio'}
            onChoose={() => set({ transport: 'stdio' })}
          />
          <Choice
            label="An address"
            checked={values.transport === 'http'}
            onChoose={() => set({ transport: 'http' })}
          />
        </fieldset>
        {values.transport === 'stdio' ? (
          <StdioFields values={values} set={set} />
        ) : (
          <HttpFields values={values} set={set} />
        )}
        {save.error ? <ProblemNote error={save.error} /> : null}
        <div className="row end">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="primary" busy={save.isPending}>
            Add
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Choice({
  label,
  checked,
  onChoose,
}: {
  readonly label: string;
  readonly checked: boolean;
  readonly onChoose: () => void;
}) {
  return (
    <label>
      <input type="radio" name="transport" checked={checked} onChange={onChoose} /> {label}
    </label>
  );
}

interface FieldsProps {
  readonly values: Values;
  readonly set: (change: Partial<Values>) => void;
}

function StdioFields({ values, set }: FieldsProps) {
  return (
    <>
      <Field
        label="Command"
        hint="It runs in a sandbox: no files, no network, no environment but what you list here."
      >
        <input
          className="input mono"
          required
          placeholder="npx -y some-server"
          value={values.command}
          onChange={(event) => set({ command: event.target.value })}
        />
      </Field>
      <Field
        label="Folders it may read"
        hint="Absolute paths, one a line; put “write ” before one it may change."
      >
        <textarea
          className="input mono"
          rows={2}
          value={values.paths}
          onChange={(event) => set({ paths: event.target.value })}
        />
      </Field>
      <Field label="Environment" hint="NAME=value, one a line; secrets as NAME=env:OTHER or NAME=file:/path.">
        <textarea
          className="input mono"
          rows={2}
          value={values.env}
          onChange={(event) => set({ env: event.target.value })}
        />
      </Field>
      <label className="check">
        <input
          type="checkbox"
          checked={values.network}
          onChange={(event) => set({ network: event.target.checked })}
        />{' '}
        It may use the network
      </label>
    </>
  );
}

function HttpFields({ values, set }: FieldsProps) {
  return (
    <>
      <Field label="Address">
        <input
          className="input mono"
          type="url"
          required
          placeholder="https://tools.example.org/mcp"
          value={values.url}
          onChange={(event) => set({ url: event.target.value })}
        />
      </Field>
      <Field label="Headers" hint="Name=value, one a line; secrets as Authorization=env:TOKEN.">
        <textarea
          className="input mono"
          rows={2}
          value={values.headers}
          onChange={(event) => set({ headers: event.target.value })}
        />
      </Field>
    </>
  );
}

/** The server checks it all and says what is wrong with which field. */
function serverOf(values: Values): object {
  if (values.transport === 'http') {
    return { transport: 'http', url: values.url, headers: pairs(values.headers) };
  }
  const [command = '', ...args] = splitWords(values.command);
  const lines = values.paths.split('\n').map((line) => line.trim());
  const paths = lines.flatMap((line) => {
    const write = line.startsWith('write ');
    return line === '' ? [] : [{ path: write ? line.slice(6).trim() : line, write }];
  });
  return { transport: 'stdio', command, args, paths, env: pairs(values.env), network: values.network };
}
