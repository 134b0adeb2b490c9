import * as Dropdown from '@radix-ui/react-dropdown-menu';
import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLayer } from './layer.ts';

export interface MenuProps {
  readonly trigger: ReactNode;
  readonly align?: 'start' | 'end';
  readonly side?: 'top' | 'bottom';
  readonly children: ReactNode;
  readonly onOpenChange?: (open: boolean) => void;
}

/** Not modal: a modal menu would lock scrolling with an injected style, which the content policy forbids. */
export function Menu({ trigger, align = 'start', side = 'bottom', children, onOpenChange }: MenuProps) {
  const layer = useLayer();
  return (
    <Dropdown.Root modal={false} {...(onOpenChange === undefined ? {} : { onOpenChange })}>
      <Dropdown.Trigger asChild>{trigger}</Dropdown.Trigger>
      <Dropdown.Portal container={layer}>
        <Dropdown.Content className="menu" align={align} side={side} sideOffset={6} collisionPadding={8}>
          {children}
        </Dropdown.Content>
      </Dropdown.Portal>
    </Dropdown.Root>
  );
}

export interface MenuItemProps {
  readonly icon?: ReactNode;
  readonly tone?: 'danger';
  readonly checked?: boolean;
  readonly hint?: ReactNode;
  readonly disabled?: boolean;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}

export function MenuItem({ icon, tone, checked, hint, disabled = false, onSelect, children }: MenuItemProps) {
  return (
    <Dropdown.Item className="menu-item" data-tone={tone} disabled={disabled} onSelect={onSelect}>
      {icon}
      <span className="menu-label">{children}</span>
      {hint === undefined ? null : <span className="menu-hint">{hint}</span>}
      {checked ? <Check size={15} aria-label="chosen" /> : null}
    </Dropdown.Item>
  );
}

export const MenuHeading = ({ children }: { readonly children: ReactNode }) => (
  <Dropdown.Label className="menu-heading">{children}</Dropdown.Label>
);
export const MenuLine = () => <Dropdown.Separator className="menu-line" />;
