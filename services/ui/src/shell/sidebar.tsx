import { useQueryClient } from '@tanstack/react-query';
import { LogOut, Monitor, Moon, OctagonX, PanelLeftClose, Search, SquarePen, Sun } from 'lucide-react';
import { useContext, useState } from 'react';
import { NavLink, useNavigate } from 'react-router';
import { request } from '../api/request.ts';
import { IconButton } from '../parts/button.tsx';
import { Menu, MenuHeading, MenuItem, MenuLine } from '../parts/menu.tsx';
import { StopDialog } from '../stops/stop-dialog.tsx';
import { ConversationList } from './conversation-list.tsx';
import { DrawerContext } from './drawer.tsx';
import { PAGES } from './pages.tsx';
import { useMay, useMe } from './session.tsx';
import { type Theme, useTheme } from './theme.ts';
import { WaitingBadge, WaitingList } from './waiting-list.tsx';

export function Sidebar({ onSearch }: { readonly onSearch: () => void }) {
  const me = useMe();
  const { open, toggle } = useContext(DrawerContext);
  return (
    <nav className="sidebar" aria-label="Console" inert={!open}>
      <div className="brand">
        <img src="/icon.svg" alt="" width="24" height="24" />
        <span className="ellipsis">{me.agentName}</span>
        <IconButton
          label="Hide sidebar"
          shortcut="Ctrl B"
          icon={<PanelLeftClose size={18} />}
          onClick={toggle}
        />
      </div>
      <div className="side-group">
        <NavLink className="side-item" to="/chat" end>
          <SquarePen size={16} aria-hidden="true" /> New chat
        </NavLink>
        <button type="button" className="side-item" onClick={onSearch}>
          <Search size={16} aria-hidden="true" /> Search <kbd>Ctrl K</kbd>
        </button>
      </div>
      <WaitingList />
      <ConversationList />
      <div className="side-group side-pages">
        {PAGES.map((page) => (
          <NavLink key={page.path} className="side-item" to={page.path}>
            {page.icon} {page.name}
            {page.path === '/approvals' ? <WaitingBadge /> : null}
          </NavLink>
        ))}
        <Account name={me.principal.name} version={me.version} />
      </div>
    </nav>
  );
}

const THEMES: readonly { theme: Theme; name: string; icon: typeof Sun }[] = [
  { theme: 'system', name: 'As the system', icon: Monitor },
  { theme: 'light', name: 'Light', icon: Sun },
  { theme: 'dark', name: 'Dark', icon: Moon },
];

function Account({ name, version }: { readonly name: string; readonly version: string }) {
  const [theme, choose] = useTheme();
  const navigate = useNavigate();
  const client = useQueryClient();
  const signOut = async (): Promise<void> => {
    await request('auth/logout', { method: 'POST' }).catch(() => undefined);
    client.clear();
    void navigate('/login');
  };
  const admin = useMay('admin');
  const [stopping, setStopping] = useState(false);
  return (
    <>
      <Menu
        side="top"
        trigger={
          <button type="button" className="side-item account">
            <span className="initial" aria-hidden="true">
              {name.slice(0, 1).toUpperCase()}
            </span>
            <span className="ellipsis">{name}</span>
          </button>
        }
      >
        <MenuHeading>Appearance</MenuHeading>
        {THEMES.map(({ theme: one, name: label, icon: Icon }) => (
          <MenuItem key={one} icon={<Icon size={15} />} checked={theme === one} onSelect={() => choose(one)}>
            {label}
          </MenuItem>
        ))}
        <MenuLine />
        {admin ? (
          <MenuItem icon={<OctagonX size={15} />} tone="danger" onSelect={() => setStopping(true)}>
            Stop all tools…
          </MenuItem>
        ) : null}
        <MenuItem icon={<LogOut size={15} />} hint={version} onSelect={() => void signOut()}>
          Sign out
        </MenuItem>
      </Menu>
      {stopping ? (
        <StopDialog stop={{ scope: 'everything', target: '' }} onClose={() => setStopping(false)} />
      ) : null}
    </>
  );
}
