import * as Tooltip from '@radix-ui/react-tooltip';
import type { ReactNode } from 'react';
import { useLayer } from './layer.ts';

export interface TipProps {
  readonly text: ReactNode;
  readonly shortcut?: string;
  readonly side?: 'top' | 'right' | 'bottom';
  readonly children: ReactNode;
}

export function Tip({ text, shortcut, side = 'top', children }: TipProps) {
  const layer = useLayer();
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal container={layer}>
        <Tooltip.Content className="tip" side={side} sideOffset={6} collisionPadding={8}>
          {text}
          {shortcut === undefined ? null : <kbd>{shortcut}</kbd>}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

export function TipProvider({ children }: { readonly children: ReactNode }) {
  return (
    <Tooltip.Provider delayDuration={350} skipDelayDuration={150} disableHoverableContent>
      {children}
    </Tooltip.Provider>
  );
}
