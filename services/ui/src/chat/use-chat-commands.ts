import { useMemo } from 'react';
import { useNavigate } from 'react-router';
import type { SlashCommand } from './slash-menu.tsx';

export function useChatCommands(
  conversation: string | undefined,
  onStopTools: () => void,
): readonly SlashCommand[] {
  const navigate = useNavigate();
  return useMemo(() => {
    const always: SlashCommand[] = [
      { name: 'new', does: 'Begin a new conversation', run: () => void navigate('/chat') },
      { name: 'model', does: 'Choose the model of this conversation', run: openModelPicker },
      { name: 'help', does: 'Keys and commands', run: () => window.dispatchEvent(new Event(OPEN_HELP)) },
    ];
    if (conversation === undefined) return always;
    const save = {
      name: 'export',
      does: 'Save it as Markdown',
      run: () => exportConversation(conversation, 'markdown'),
    };
    const stop = { name: 'stop', does: 'Stop the tools of this conversation', run: onStopTools };
    return [...always, save, stop];
  }, [navigate, conversation, onStopTools]);
}

export const OPEN_HELP = 'bakerst:help';

function openModelPicker(): void {
  const picker = document.querySelector<HTMLElement>('.composer .picker');
  picker?.focus();
  picker?.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, button: 0 }));
}

export function exportConversation(conversation: string, format: 'markdown' | 'json'): void {
  const link = document.createElement('a');
  link.href = `/api/v1/conversations/${conversation}/export?format=${format}`;
  link.download = `${conversation}.${format === 'json' ? 'json' : 'md'}`;
  link.click();
}
