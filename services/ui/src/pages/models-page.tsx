import type { Model, ModelList } from '@bakerst/shared/api/system';
import type { ModelRole } from '@bakerst/shared/models';
import { useQuery } from '@tanstack/react-query';
import { modelsQuery, runtimeConfigQuery } from '../api/queries.ts';
import { STATES } from '../chat/model-picker.tsx';
import { Loaded } from '../parts/states.tsx';
import { useMay } from '../shell/session.tsx';
import { formatCount, formatPrice } from '../text/format.ts';
import { Page, Section } from './page.tsx';
import { RolesForm } from './roles-form.tsx';

export function ModelsPage() {
  const models = useQuery(modelsQuery);
  const may = useMay('config');
  return (
    <Page title="Models" lead="Who answers, in which order, and what a million tokens cost.">
      <Loaded query={models}>
        {(list) => (
          <>
            <Section title="Roles" lead="The first model answers; the next ones step in when it cannot.">
              {may ? <EditableRoles list={list} /> : <ReadOnlyRoles list={list} />}
            </Section>
            <Section title="Known models">
              <ModelTable list={list} />
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function EditableRoles({ list }: { readonly list: ModelList }) {
  const runtime = useQuery(runtimeConfigQuery);
  return (
    <Loaded query={runtime} lines={4}>
      {(config) => <RolesForm list={list} config={config} />}
    </Loaded>
  );
}

function ReadOnlyRoles({ list }: { readonly list: ModelList }) {
  return (
    <dl className="rows">
      {(Object.entries(list.roles) as [ModelRole, string[]][]).map(([role, chain]) => (
        <div key={role}>
          <dt>{role}</dt>
          <dd>{chain.join(', then ')}</dd>
        </div>
      ))}
    </dl>
  );
}

function ModelTable({ list }: { readonly list: ModelList }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table must be scrollable by keyboard
    <section className="table-scroll" tabIndex={0} aria-label="Table of models">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">State</th>
            <th scope="col" className="num">
              In / 1M
            </th>
            <th scope="col" className="num">
              Out / 1M
            </th>
            <th scope="col" className="num">
              Window
            </th>
            <th scope="col">Takes</th>
          </tr>
        </thead>
        <tbody>
          {list.items.map((model) => (
            <ModelRow key={model.ref} model={model} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ModelRow({ model }: { readonly model: Model }) {
  const free = model.unmetered ? 'free' : 'none';
  return (
    <tr>
      <td>
        <span className="mono">{model.ref}</span>
        {model.roles.length > 0 ? <span className="faint block">{model.roles.join(', ')}</span> : null}
      </td>
      <td>
        <span className="state" data-state={model.state === 'ready' ? 'ok' : 'bad'}>
          {STATES[model.state]}
        </span>
        {model.detail === undefined ? null : (
          <span className="faint block wrap-anywhere">{model.detail}</span>
        )}
      </td>
      <td className="num" title={model.price?.source}>
        {model.price === undefined ? free : formatPrice(model.price.input)}
      </td>
      <td className="num" title={model.price?.source}>
        {model.price === undefined ? free : formatPrice(model.price.output)}
      </td>
      <td className="num">{formatCount(model.contextWindow)}</td>
      <td>{[...model.accepts, ...(model.tools ? ['tools'] : [])].join(', ')}</td>
    </tr>
  );
}
