import { useQuery } from '@tanstack/react-query';
import { Download, Ellipsis, OctagonX } from 'lucide-react';
import { conversationQuery } from '../api/queries.ts';
import { IconButton } from '../parts/button.tsx';
import { Menu, MenuItem, MenuLine } from '../parts/menu.tsx';
import { DrawerButton } from '../shell/drawer.tsx';
import { useTitle } from '../shell/use-title.ts';
import { formatMoney } from '../text/format.ts';
import { revealHidden } from '../text/reveal-hidden.ts';
import { exportConversation } from './use-chat-commands.ts';

export interface ChatHeaderProps {
  readonly conversation: string | undefined;
  readonly onStopTools: () => void;
}

export function ChatHeader({ conversation, onStopTools }: ChatHeaderProps) {
  const query = useQuery({ ...conversationQuery(conversation ?? ''), enabled: conversation !== undefined });
  const title = conversation === undefined ? 'New chat' : revealHidden(query.data?.title ?? '');
  useTitle(title);
  return (
    <header className="page-bar">
      <DrawerButton />
      {conversation === undefined ? (
        <p className="bar-title" />
      ) : (
        <h1 className="bar-title ellipsis">{title || '\u00a0'}</h1>
      )}
      {query.data === undefined || conversation === undefined ? null : (
        <>
          {query.data.costMicros > 0 ? (
            <span className="faint nowrap" title="Spent on this conversation">
              {formatMoney(query.data.costMicros)}
            </span>
          ) : null}
          <Menu align="end" trigger={<IconButton label="More" icon={<Ellipsis size={18} />} />}>
            <MenuItem
              icon={<Download size={15} />}
              onSelect={() => exportConversation(conversation, 'markdown')}
            >
              Save as Markdown
            </MenuItem>
            <MenuItem icon={<Download size={15} />} onSelect={() => exportConversation(conversation, 'json')}>
              Save as JSON, with every step
            </MenuItem>
            <MenuLine />
            <MenuItem icon={<OctagonX size={15} />} tone="danger" onSelect={onStopTools}>
              Stop this conversation's tools
            </MenuItem>
          </Menu>
        </>
      )}
    </header>
  );
}
