import type { MessagePart } from '@bakerst/shared/content';
import { ArrowUp, Paperclip, Square } from 'lucide-react';
import type { Ref } from 'react';
import {
  type ClipboardEvent,
  type DragEvent,
  type ReactNode,
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import { IconButton } from '../parts/button.tsx';
import { canSend, type Draft, draftParts, EMPTY_DRAFT } from './draft.ts';
import { DraftExtras, QuotedHint } from './draft-extras.tsx';
import { matchCommands, type SlashCommand, SlashMenu } from './slash-menu.tsx';
import { type DraftEditor, useDraft } from './use-draft.ts';

export interface ComposerHandle {
  readonly put: (draft: Draft) => void;
}

export interface ComposerProps {
  readonly ref?: Ref<ComposerHandle>;
  /** Whose draft it is; `new` before the first message. */
  readonly slot: string;
  readonly agentName: string;
  readonly running: boolean;
  readonly stopping: boolean;
  readonly picker: ReactNode;
  readonly commands: readonly SlashCommand[];
  readonly onSend: (parts: readonly MessagePart[]) => void;
  readonly onStop: () => void;
}

export function Composer(props: ComposerProps) {
  const { slot, agentName, running, stopping, picker, commands, onSend, onStop } = props;
  const editor = useDraft(slot);
  const { draft, change } = editor;
  const area = useRef<HTMLTextAreaElement>(null);
  useAutoGrow(area, draft.words);
  useFirstFocus(area);
  useImperativeHandle(props.ref, () => ({
    put: (next) => {
      change({ type: 'replace', draft: next });
      area.current?.focus();
    },
  }));
  const clear = (): void => change({ type: 'replace', draft: EMPTY_DRAFT });
  const send = (): void => {
    if (!canSend(draft)) return;
    onSend(draftParts(draft));
    clear();
    area.current?.focus();
  };
  const matches = matchCommands(commands, draft.words);
  const run = (command: SlashCommand): void => {
    clear();
    command.run();
  };
  const [drop, dropping] = useDrop(editor);
  const nothing = draft.words.trim() === '' && draft.extras.length === 0;
  return (
    <form
      className="composer"
      data-dropping={dropping || undefined}
      aria-label="Write a message"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      {...drop}
    >
      {matches.length > 0 ? <SlashMenu commands={matches} onRun={run} /> : null}
      <DraftExtras draft={draft} change={change} />
      <textarea
        ref={area}
        rows={1}
        value={draft.words}
        placeholder={`Message ${agentName}`}
        aria-label={`Message ${agentName}`}
        onChange={(event) => change({ type: 'words', words: event.target.value })}
        onPaste={(event) => takePaste(event, editor)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          if (matches[0] !== undefined) run(matches[0]);
          else send();
        }}
      />
      <QuotedHint words={draft.words} />
      <div className="composer-bar">
        <AttachButton addFiles={editor.addFiles} />
        {picker}
        <span className="grow" />
        <GoButton stop={running && nothing} stopping={stopping} ready={canSend(draft)} onStop={onStop} />
      </div>
    </form>
  );
}

interface GoButtonProps {
  readonly stop: boolean;
  readonly stopping: boolean;
  readonly ready: boolean;
  readonly onStop: () => void;
}

/** Sends, or stops what runs while there is nothing to send. */
function GoButton({ stop, stopping, ready, onStop }: GoButtonProps) {
  if (stop) {
    const icon = <Square size={13} fill="currentColor" />;
    const label = stopping ? 'Stopping' : 'Stop';
    return <IconButton className="send" label={label} disabled={stopping} icon={icon} onClick={onStop} />;
  }
  const icon = <ArrowUp size={18} />;
  return (
    <IconButton className="send" type="submit" label="Send" shortcut="Enter" disabled={!ready} icon={icon} />
  );
}

function AttachButton({ addFiles }: Pick<DraftEditor, 'addFiles'>) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files to attach"
        onChange={(event) => {
          addFiles(event.target.files ?? []);
          event.target.value = '';
        }}
      />
      <IconButton
        label="Attach files"
        icon={<Paperclip size={17} />}
        onClick={() => input.current?.click()}
      />
    </>
  );
}

function takePaste(event: ClipboardEvent, { addFiles, pasteText }: DraftEditor): void {
  const { files } = event.clipboardData;
  if (files.length > 0) {
    event.preventDefault();
    addFiles(files);
  } else if (pasteText(event.clipboardData.getData('text/plain'))) {
    event.preventDefault();
  }
}

function useDrop({ addFiles, pasteText }: DraftEditor) {
  const [over, setOver] = useState(false);
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files');
  const handlers = {
    onDragOver: (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      if (!hasFiles(event)) {
        // Text that is dragged in is a paste by another way.
        if (pasteText(event.dataTransfer.getData('text/plain'))) event.preventDefault();
        return;
      }
      event.preventDefault();
      setOver(false);
      addFiles(event.dataTransfer.files);
    },
  };
  return [handlers, over] as const;
}

/** Ready to type, except where focus would open a keyboard on the screen, or be taken from what is used just now. */
function useFirstFocus(area: { readonly current: HTMLTextAreaElement | null }): void {
  useEffect(() => {
    const inUse = document.activeElement?.closest('[role="menu"], dialog, input, textarea');
    if (!inUse && window.matchMedia('(hover: hover)').matches) area.current?.focus({ preventScroll: true });
  }, [area]);
}

/** Browsers with `field-sizing` grow the field by themselves. */
function useAutoGrow(area: { readonly current: HTMLTextAreaElement | null }, words: string): void {
  useEffect(() => {
    const element = area.current;
    if (element === null || CSS.supports('field-sizing', 'content')) return;
    element.style.height = 'auto';
    element.style.height = words === '' ? '' : `${element.scrollHeight}px`;
  }, [area, words]);
}
