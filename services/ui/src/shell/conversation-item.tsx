import type { Conversation, UpdateConversationRequest } from '@bakerst/shared/api/conversations';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Ellipsis, Pencil, Pin, PinOff, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { NavLink, useMatch, useNavigate } from 'react-router';
import { conversationsQuery } from '../api/queries.ts';
import { request } from '../api/request.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Menu, MenuItem, MenuLine } from '../parts/menu.tsx';
import { revealHidden } from '../text/reveal-hidden.ts';

export function ConversationItem({ conversation }: { readonly conversation: Conversation }) {
  const [mode, setMode] = useState<'show' | 'rename' | 'delete'>('show');
  const update = useUpdate(conversation.id);
  const title = revealHidden(conversation.title);
  if (mode === 'rename') {
    return (
      <RenameField
        title={conversation.title}
        onDone={(next) => {
          setMode('show');
          if (next !== '' && next !== conversation.title) update.mutate({ title: next });
        }}
      />
    );
  }
  return (
    <div className="side-item conversation">
      <NavLink className="ellipsis" to={`/chat/${conversation.id}`} title={title}>
        {update.variables?.title ?? title}
      </NavLink>
      <StatusDot status={conversation.lastStatus} />
      <Menu
        align="end"
        trigger={
          <button type="button" className="row-menu" aria-label={`Actions for ${title}`}>
            <Ellipsis size={16} />
          </button>
        }
      >
        <MenuItem icon={<Pencil size={15} />} onSelect={() => setMode('rename')}>
          Rename
        </MenuItem>
        <MenuItem
          icon={conversation.pinned ? <PinOff size={15} /> : <Pin size={15} />}
          onSelect={() => update.mutate({ pinned: !conversation.pinned })}
        >
          {conversation.pinned ? 'Unpin' : 'Pin'}
        </MenuItem>
        <MenuLine />
        <MenuItem icon={<Trash2 size={15} />} tone="danger" onSelect={() => setMode('delete')}>
          Delete
        </MenuItem>
      </Menu>
      {mode === 'delete' ? (
        <DeleteDialog conversation={conversation} onClose={() => setMode('show')} />
      ) : null}
    </div>
  );
}

const DOTS: Partial<Record<string, string>> = {
  queued: 'answering',
  running: 'answering',
  parked: 'waits for you',
  failed: 'failed',
};

function StatusDot({ status }: { readonly status: string | undefined }) {
  const name = DOTS[status ?? ''];
  return name === undefined ? null : (
    <span className="dot" data-status={status} role="img" aria-label={name} />
  );
}

function RenameField({
  title,
  onDone,
}: {
  readonly title: string;
  readonly onDone: (title: string) => void;
}) {
  const [value, setValue] = useState(title);
  return (
    <input
      className="input rename"
      aria-label="New title"
      value={value}
      maxLength={200}
      // biome-ignore lint/a11y/noAutofocus: the person just asked to type here
      autoFocus
      onFocus={(event) => event.target.select()}
      onChange={(event) => setValue(event.target.value)}
      onBlur={() => onDone(value.trim())}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onDone(value.trim());
        if (event.key === 'Escape') onDone('');
      }}
    />
  );
}

function DeleteDialog({
  conversation,
  onClose,
}: {
  readonly conversation: Conversation;
  readonly onClose: () => void;
}) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const open = useMatch('/chat/:conversation')?.params.conversation === conversation.id;
  const remove = useMutation({
    mutationFn: () => request(`conversations/${conversation.id}`, { method: 'DELETE' }),
    onSuccess: () => {
      if (open) void navigate('/chat');
      onClose();
      client.removeQueries({ queryKey: ['thread', conversation.id] });
      return client.invalidateQueries({ queryKey: conversationsQuery.queryKey });
    },
  });
  return (
    <Confirm
      title="Delete this conversation?"
      action="Delete"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      “{revealHidden(conversation.title)}” and its messages are removed for good. The audit log keeps that it
      was deleted.
    </Confirm>
  );
}

function useUpdate(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (json: UpdateConversationRequest) =>
      request(`conversations/${id}`, { method: 'PATCH', json }),
    onSettled: async () => {
      void client.invalidateQueries({ queryKey: ['conversation', id] });
      await client.invalidateQueries({ queryKey: conversationsQuery.queryKey });
    },
  });
}
