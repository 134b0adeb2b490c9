import { PanelLeft } from 'lucide-react';
import { createContext, useContext } from 'react';
import { IconButton } from '../parts/button.tsx';

export interface Drawer {
  readonly open: boolean;
  readonly toggle: () => void;
}

/** The sidebar: beside the page on a desk, over it on a phone. */
export const DrawerContext = createContext<Drawer>({ open: true, toggle: () => undefined });

/** Shown by a page's bar while the sidebar is away. */
export function DrawerButton() {
  const { open, toggle } = useContext(DrawerContext);
  return (
    <IconButton
      className={open ? 'drawer-button drawer-open' : 'drawer-button'}
      label="Show sidebar"
      shortcut="Ctrl B"
      icon={<PanelLeft size={18} />}
      onClick={toggle}
    />
  );
}
