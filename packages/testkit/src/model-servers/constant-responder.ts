import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ScriptedAnswer } from './script.ts';
import type { Wire } from './wire.ts';

const MODEL = 'scripted';

/**
 * Answers a POST to the format's path with bytes that were made once. Returns false for everything else. The
 * request is read to its end and not looked into, except for whether it wants a stream.
 */
export function constantResponder(
  wire: Wire,
  answer: ScriptedAnswer,
  models: readonly string[] = [MODEL],
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const context = { model: models[0] ?? MODEL, promptTokens: 100, number: 0, includeUsage: true };
  const events = wire.events(answer, context).map((event) => Buffer.from(event));
  const stream = Buffer.concat(events);
  const json = Buffer.from(JSON.stringify(wire.json(answer, context)));
  const gapMs = answer.gapMs ?? 0;

  const send = (response: ServerResponse, wantsStream: boolean): void => {
    const body = wantsStream ? stream : json;
    const type = wantsStream ? 'text/event-stream' : 'application/json';
    if (!wantsStream || gapMs === 0) {
      response.writeHead(200, { 'content-type': type, 'content-length': body.length });
      response.end(body);
      return;
    }
    response.writeHead(200, { 'content-type': type });
    sendWithGaps(response, events, gapMs);
  };

  return (request, response) => {
    if (request.method !== 'POST' || request.url !== wire.path) return false;
    let wantsStream = false;
    let tail = '';
    request.on('data', (chunk: Buffer) => {
      const text = tail + chunk.toString('latin1');
      wantsStream ||= text.includes('"stream":true') || text.includes('"stream": true');
      tail = text.slice(-16);
    });
    request.on('end', () => {
      if (answer.startDelayMs === undefined) send(response, wantsStream);
      else setTimeout(send, answer.startDelayMs, response, wantsStream);
    });
    return true;
  };
}

function sendWithGaps(response: ServerResponse, events: readonly Buffer[], gapMs: number): void {
  let next = 0;
  const timer = setInterval(() => {
    const event = events[next++];
    if (event === undefined) {
      clearInterval(timer);
      response.end();
    } else {
      response.write(event);
    }
  }, gapMs);
  response.once('close', () => clearInterval(timer));
}
