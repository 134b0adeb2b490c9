import type { Model, ModelList } from '@bakerst/shared/api/system';
import { useQuery } from '@tanstack/react-query';
import { ChevronDown, CircleAlert } from 'lucide-react';
import { modelsQuery } from '../api/queries.ts';
import { Menu, MenuHeading, MenuItem, MenuLine } from '../parts/menu.tsx';
import { formatPrice } from '../text/format.ts';

export interface ModelPickerProps {
  /** The conversation's own choice; `undefined` follows the configuration. */
  readonly chosen: string | undefined;
  readonly onChoose: (model: string | undefined) => void;
}

export function ModelPicker({ chosen, onChoose }: ModelPickerProps) {
  const models = useQuery(modelsQuery);
  const standard = models.data?.roles.agent?.[0];
  const ref = chosen ?? standard;
  const current = models.data?.items.find((model) => model.ref === ref);
  const troubled = current !== undefined && current.state !== 'ready';
  return (
    <Menu
      side="top"
      trigger={
        <button type="button" className="picker" aria-label={`Model: ${ref ?? 'loading'}`}>
          {troubled ? <CircleAlert size={14} aria-label={STATES[current.state]} /> : null}
          <span className="ellipsis">{ref === undefined ? 'Model' : shortName(ref)}</span>
          <ChevronDown size={14} aria-hidden="true" />
        </button>
      }
    >
      <MenuItem
        checked={chosen === undefined}
        hint={standard && shortName(standard)}
        onSelect={() => onChoose(undefined)}
      >
        As configured
      </MenuItem>
      {models.data === undefined ? null : <Choices list={models.data} chosen={chosen} onChoose={onChoose} />}
    </Menu>
  );
}

function Choices({ list, chosen, onChoose }: ModelPickerProps & { readonly list: ModelList }) {
  const providers = [...new Set(list.items.map((model) => model.provider))];
  return providers.map((provider) => (
    <div key={provider}>
      <MenuLine />
      <MenuHeading>{provider}</MenuHeading>
      {list.items
        .filter((model) => model.provider === provider)
        .map((model) => (
          <MenuItem
            key={model.ref}
            checked={chosen === model.ref}
            disabled={model.state === 'no_credential' || model.state === 'no_price'}
            hint={hint(model)}
            onSelect={() => onChoose(model.ref)}
          >
            {shortName(model.ref)}
          </MenuItem>
        ))}
    </div>
  ));
}

function hint(model: Model): string {
  if (model.state !== 'ready') return STATES[model.state];
  if (model.price === undefined) return model.unmetered ? 'free' : '';
  return `${formatPrice(model.price.input)} in, ${formatPrice(model.price.output)} out`;
}

export const STATES: Record<Model['state'], string> = {
  ready: 'ready',
  no_credential: 'no key',
  no_price: 'no price',
  circuit_open: 'held back',
  unreachable: 'unreachable',
};

/** `anthropic/claude-x` is known by its last part; the provider is in the heading. */
export function shortName(ref: string): string {
  return ref.slice(ref.indexOf('/') + 1);
}
