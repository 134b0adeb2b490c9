import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { ScriptedAnswer } from './script.ts';
import type { Wire } from './wire.ts';

export interface Playing {
  readonly wire: Wire;
  readonly response: ServerResponse;
  /** Aborted when the client hung up or the server closes. */
  readonly gone: AbortSignal;
}

const STREAM_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };

/** Streams the events of an answer with the delays, gates and faults of its script. */
export async function playAnswer(
  answer: ScriptedAnswer,
  events: readonly string[],
  playing: Playing,
): Promise<void> {
  const { response, gone } = playing;
  const { fault, gate, gapMs = 0 } = answer;
  response.writeHead(200, STREAM_HEADERS);
  response.flushHeaders();
  if (answer.pieceBytes !== undefined) {
    await playPieces(Buffer.from(events.join('')), answer.pieceBytes, playing);
    return;
  }
  for (const [sent, event] of events.entries()) {
    if (gone.aborted) return;
    if (gate?.afterEvents === sent) await untilOpen(gate.open, gone);
    if (fault?.afterEvents === sent) {
      await playFault(fault, event, playing);
      return;
    }
    if (gapMs > 0 && sent > 0) await pause(gapMs, gone);
    await write(response, event);
  }
  if (gate !== undefined && gate.afterEvents >= events.length) await untilOpen(gate.open, gone);
  if (!gone.aborted) response.end();
}

async function playFault(
  fault: NonNullable<ScriptedAnswer['fault']>,
  next: string,
  { wire, response, gone }: Playing,
): Promise<void> {
  switch (fault.kind) {
    case 'cut':
      await write(response, next.slice(0, Math.ceil(next.length / 2)));
      response.destroy();
      return;
    case 'end_early':
      response.end();
      return;
    case 'bad_json':
      response.end('data: {"choices":[{"delta":\n\n');
      return;
    case 'error_event':
      response.end(wire.errorEvent(fault.type, fault.message));
      return;
    case 'hang':
      await untilOpen(new Promise(() => undefined), gone);
  }
}

async function playPieces(bytes: Buffer, size: number, { response, gone }: Playing): Promise<void> {
  for (let at = 0; at < bytes.length && !gone.aborted; at += size) {
    await write(response, bytes.subarray(at, at + size));
    // Leaves the event loop, so that each piece is a chunk of its own for the reader.
    await new Promise(setImmediate);
  }
  response.end();
}

function write(response: ServerResponse, bytes: string | Buffer): Promise<void> {
  return new Promise((resolve) => {
    response.write(bytes, () => resolve());
  });
}

export async function pause(ms: number, gone: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal: gone }).catch((error: unknown) => {
    if (!gone.aborted) throw error;
  });
}

async function untilOpen(open: Promise<unknown>, gone: AbortSignal): Promise<void> {
  if (gone.aborted) return;
  const left = new Promise<void>((resolve) => {
    gone.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.race([open, left]);
}
