/** One Server-Sent Event as it came over the wire. */
export interface WireEvent {
  readonly id?: string;
  readonly event?: string;
  readonly data: string;
}

/** Reads a stream until it ends or `enough` says so; then hangs up. */
export async function readEvents(
  response: Response,
  enough: (event: WireEvent) => boolean = () => false,
): Promise<WireEvent[]> {
  const events: WireEvent[] = [];
  const decoder = new TextDecoder();
  let rest = '';
  if (!response.body) return events;
  for await (const chunk of response.body) {
    rest += decoder.decode(chunk, { stream: true });
    const frames = rest.split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) {
      const event = parseFrame(frame);
      if (!event) continue;
      events.push(event);
      if (enough(event)) return events;
    }
  }
  return events;
}

function parseFrame(frame: string): WireEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of frame.split('\n')) {
    const at = line.indexOf(':');
    if (at > 0) fields.set(line.slice(0, at), line.slice(at + 1).trimStart());
  }
  const data = fields.get('data');
  if (data === undefined) return undefined;
  const id = fields.get('id');
  const event = fields.get('event');
  return { ...(id === undefined ? {} : { id }), ...(event === undefined ? {} : { event }), data };
}
