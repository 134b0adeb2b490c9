import type { ModelList, RuntimeConfigVersion } from '@bakerst/shared/api/system';
import type { ModelRole } from '@bakerst/shared/models';
import { ArrowUp, Plus, X } from 'lucide-react';
import { useState } from 'react';
import { shortName } from '../chat/model-picker.tsx';
import { Button, IconButton } from '../parts/button.tsx';
import { Menu, MenuItem } from '../parts/menu.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useReplaceRuntime } from './use-runtime-config.ts';

type Roles = RuntimeConfigVersion['value']['roles'];

const ROLES: readonly { role: ModelRole; does: string }[] = [
  { role: 'agent', does: 'answers you' },
  { role: 'worker', does: 'does jobs' },
  { role: 'observer', does: 'summarises long conversations' },
  { role: 'planner', does: 'reads what a message asks for, before a person is asked' },
  { role: 'reflector', does: 'keeps memory tidy' },
];

export interface RolesFormProps {
  readonly list: ModelList;
  readonly config: RuntimeConfigVersion;
}

export function RolesForm({ list, config }: RolesFormProps) {
  const [edited, setEdited] = useState<Roles>();
  const save = useReplaceRuntime();
  const roles = edited ?? config.value.roles;
  const submit = (): void => {
    save.mutate(
      { from: config, value: { ...config.value, roles } },
      { onSuccess: () => setEdited(undefined) },
    );
  };
  const change = (role: ModelRole, chain: readonly string[]): void => {
    const { [role]: _, ...rest } = roles;
    setEdited(chain.length === 0 ? rest : { ...rest, [role]: [...chain] });
  };
  return (
    <>
      <ul className="roles">
        {ROLES.map(({ role, does }) => (
          <li key={role}>
            <div className="role-name">
              <span className="strong">{role}</span>
              <span className="faint">{does}</span>
            </div>
            <Chain
              role={role}
              list={list}
              own={roles[role]}
              effective={list.roles[role] ?? list.roles.agent ?? []}
              onChange={(chain) => change(role, chain)}
            />
          </li>
        ))}
      </ul>
      {save.error ? (
        <ProblemNote error={save.error}>
          {save.conflict ? (
            <p>The newer version is loaded; your choice is kept above. Look at it and save again.</p>
          ) : null}
        </ProblemNote>
      ) : null}
      {edited === undefined ? null : (
        <div className="row">
          <Button tone="primary" busy={save.isPending} onClick={submit}>
            Save
          </Button>
          <Button tone="quiet" onClick={() => setEdited(undefined)}>
            Discard
          </Button>
        </div>
      )}
    </>
  );
}

interface ChainProps {
  readonly role: ModelRole;
  readonly list: ModelList;
  readonly own: readonly string[] | undefined;
  readonly effective: readonly string[];
  readonly onChange: (chain: readonly string[]) => void;
}

function Chain({ role, list, own, effective, onChange }: ChainProps) {
  const free = list.items.filter((model) => !own?.includes(model.ref));
  const up = (at: number): void => {
    const next = [...(own ?? [])];
    next.splice(at - 1, 0, ...next.splice(at, 1));
    onChange(next);
  };
  return (
    <div className="chain">
      {own === undefined ? (
        <span className="muted">
          {effective.length === 0 ? 'none' : effective.map(shortName).join(', then ')}{' '}
          <span className="faint">as configured</span>
        </span>
      ) : (
        own.map((ref, at) => (
          <span key={ref} className="chip">
            <span className="faint">{at + 1}</span>
            <span className="ellipsis">{shortName(ref)}</span>
            {at > 0 ? (
              <IconButton label={`Move ${ref} up`} icon={<ArrowUp size={13} />} onClick={() => up(at)} />
            ) : null}
            <IconButton
              label={`Remove ${ref}`}
              icon={<X size={13} />}
              onClick={() => onChange(own.filter((one) => one !== ref))}
            />
          </span>
        ))
      )}
      {free.length === 0 ? null : (
        <Menu
          align="end"
          trigger={
            <button type="button" className="link-button" aria-label={`Add a model to ${role}`}>
              <Plus size={14} aria-hidden="true" /> {own === undefined ? 'Choose' : 'Add'}
            </button>
          }
        >
          {free.map((model) => (
            <MenuItem
              key={model.ref}
              hint={model.provider}
              onSelect={() => onChange([...(own ?? []), model.ref])}
            >
              {shortName(model.ref)}
            </MenuItem>
          ))}
        </Menu>
      )}
    </div>
  );
}
