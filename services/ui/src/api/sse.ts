/** One Server-Sent Event. */
export interface ServerEvent {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

/** Reads an event stream as its bytes arrive (WHATWG HTML, 9.2.6). Comments, the server's heartbeat, only mark life. */
export async function* readServerEvents(
  body: ReadableStream<Uint8Array>,
  onLife: () => void,
): AsyncGenerator<ServerEvent> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let rest = '';
  let draft = { event: 'message', id: '', data: [] as string[] };
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onLife();
      const lines = (rest + value).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line !== '') {
          draft = readField(draft, line);
          continue;
        }
        if (draft.data.length > 0) yield { event: draft.event, id: draft.id, data: draft.data.join('\n') };
        draft = { event: 'message', id: draft.id, data: [] };
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

interface Draft {
  event: string;
  id: string;
  data: string[];
}

function readField(draft: Draft, line: string): Draft {
  const colon = line.indexOf(':');
  if (colon === 0) return draft;
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (name === 'data') return { ...draft, data: [...draft.data, value] };
  if (name === 'event') return { ...draft, event: value };
  if (name === 'id') return { ...draft, id: value };
  return draft;
}
