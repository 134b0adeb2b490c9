import { createContext, useContext } from 'react';

/** The open dialog around us: tips and menus must be drawn inside it, for all else is beneath and inert. */
export const LayerContext = createContext<HTMLElement | null>(null);

export function useLayer(): HTMLElement | undefined {
  return useContext(LayerContext) ?? undefined;
}
