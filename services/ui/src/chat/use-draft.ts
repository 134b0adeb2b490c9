import type { Attachment } from '@bakerst/shared/api/conversations';
import { useCallback, useEffect, useReducer } from 'react';
import { asApiError } from '../api/api-error.ts';
import { newKey, query, request } from '../api/request.ts';
import { isQuotedPaste, pasteSource } from '../text/pasted.ts';
import { type Draft, type DraftAction, EMPTY_DRAFT, reduceDraft, type UploadState } from './draft.ts';

export interface DraftEditor {
  readonly draft: Draft;
  readonly change: (action: DraftAction) => void;
  readonly addFiles: (files: Iterable<File>) => void;
  /** True where the text became a quoted block and must not be inserted as words. */
  readonly pasteText: (text: string) => boolean;
}

/** The draft of one conversation. Its words survive a reload of the tab. */
export function useDraft(conversation: string): DraftEditor {
  const slot = `bakerst.draft.${conversation}`;
  const [draft, dispatch] = useReducer(reduceDraft, slot, readDraft);
  useEffect(() => keepWords(slot, draft.words), [slot, draft.words]);
  const change = useCallback(
    (action: DraftAction) => {
      // Sending may draw the composer anew before the effect has run: what was sent must not come back as a draft.
      if (action.type === 'replace') keepWords(slot, action.draft.words);
      dispatch(action);
    },
    [slot],
  );
  const addFiles = useCallback((files: Iterable<File>) => {
    for (const file of files) {
      const key = newKey();
      const name = file.name || 'pasted-image.png';
      dispatch({
        type: 'add',
        extra: { kind: 'file', key, name, bytes: file.size, state: { kind: 'uploading' } },
      });
      void upload(file, name).then((state) => dispatch({ type: 'upload', key, state }));
    }
  }, []);
  const pasteText = useCallback((text: string) => {
    if (!isQuotedPaste(text)) return false;
    dispatch({ type: 'add', extra: { kind: 'quoted', key: newKey(), text, source: pasteSource(text) } });
    return true;
  }, []);
  return { draft, change, addFiles, pasteText };
}

function keepWords(slot: string, words: string): void {
  if (words === '') sessionStorage.removeItem(slot);
  else sessionStorage.setItem(slot, words);
}

function readDraft(slot: string): Draft {
  return { ...EMPTY_DRAFT, words: sessionStorage.getItem(slot) ?? '' };
}

async function upload(file: File, name: string): Promise<UploadState> {
  try {
    const headers = { 'content-type': file.type || 'application/octet-stream' };
    const attachment = await request<Attachment>(`attachments${query({ name })}`, {
      method: 'POST',
      body: file,
      headers,
    });
    return { kind: 'ready', attachment };
  } catch (thrown) {
    const { message, remedy } = asApiError(thrown);
    return { kind: 'failed', message, remedy };
  }
}
