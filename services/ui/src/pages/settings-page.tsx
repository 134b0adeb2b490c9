import type { EffectiveSettings, RuntimeConfigVersion } from '@bakerst/shared/api/system';
import { useQuery } from '@tanstack/react-query';
import { Lock } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { runtimeConfigQuery, settingsQuery } from '../api/queries.ts';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Empty, Loaded } from '../parts/states.tsx';
import { useMay, useMe } from '../shell/session.tsx';
import { formatBytes, formatDuration } from '../text/format.ts';
import { Page, Section } from './page.tsx';
import { useReplaceRuntime } from './use-runtime-config.ts';

export function SettingsPage() {
  const settings = useQuery(settingsQuery);
  const runtime = useQuery({ ...runtimeConfigQuery, enabled: useMay('config') });
  return (
    <Page title="Settings" lead="The values in force, and where each came from.">
      {runtime.data === undefined ? null : (
        <Section title="Name of the agent">
          <NameForm key={runtime.data.version} config={runtime.data} />
        </Section>
      )}
      <Section
        title="All settings"
        lead="Locked ones are read at start: change the file or the variable, then restart."
      >
        <Loaded query={settings}>{(data) => <SettingsTable settings={data} />}</Loaded>
      </Section>
    </Page>
  );
}

function NameForm({ config }: { readonly config: RuntimeConfigVersion }) {
  const { agentName } = useMe();
  const [name, setName] = useState(config.value.agentName ?? agentName);
  const save = useReplaceRuntime();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate({ from: config, value: { ...config.value, agentName: name.trim() } });
  };
  const changed = name.trim() !== '' && name.trim() !== (config.value.agentName ?? agentName);
  return (
    <form className="stack" onSubmit={submit}>
      <div className="row align-end narrow">
        <Field label="Name" hint="How it calls itself, from the next message on.">
          <input
            className="input"
            maxLength={60}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        {changed ? (
          <Button type="submit" tone="primary" busy={save.isPending}>
            Save
          </Button>
        ) : null}
      </div>
      {save.error ? <ProblemNote error={save.error} /> : null}
    </form>
  );
}

type Item = EffectiveSettings['items'][number];

function SettingsTable({ settings }: { readonly settings: EffectiveSettings }) {
  const [filter, setFilter] = useState('');
  const wanted = filter.trim().toLowerCase();
  const items = settings.items
    .filter((item) => !item.key.startsWith('$'))
    .filter((item) => `${item.key} ${sourceText(item)}`.toLowerCase().includes(wanted));
  return (
    <>
      <input
        className="input filter"
        type="search"
        placeholder="Filter"
        aria-label="Filter settings"
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
      />
      {items.length === 0 ? (
        <Empty title="No setting is called that">Clear the filter to see all.</Empty>
      ) : null}
      <dl className="rows settings">
        {items.map((item) => (
          <div key={item.key}>
            <dt className="mono">
              {item.key}
              {item.locked ? <Lock size={13} aria-label="locked" /> : null}
            </dt>
            <dd className="mono wrap-anywhere">
              {valueText(item.value)} <span className="faint">{readable(item)}</span>
            </dd>
            <dd className={item.source.kind === 'default' ? 'faint' : 'source'}>{sourceText(item)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function valueText(value: unknown): string {
  if (value === undefined || value === null) return 'not set';
  if (Array.isArray(value) && value.every((one) => typeof one === 'string'))
    return value.length === 0 ? 'none' : value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The unit is in the key's last word; people read it better spelled out. */
function readable({ key, value }: Item): string {
  if (typeof value !== 'number') return '';
  if (key.endsWith('Bytes')) return formatBytes(value);
  if (key.endsWith('Ms')) return formatDuration(value);
  return key.endsWith('Usd') ? 'US dollars a month' : '';
}

function sourceText({ source }: Item): string {
  switch (source.kind) {
    case 'default':
      return 'default';
    case 'file':
      return `file ${source.path}`;
    case 'environment':
      return `environment ${source.name}`;
    case 'runtime':
      return `changed here, version ${source.version} by ${source.author}`;
    case 'discovered':
      return `found: ${source.how}`;
    default:
      return source satisfies never;
  }
}
