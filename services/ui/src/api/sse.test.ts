import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readServerEvents, type ServerEvent } from './sse.ts';

async function read(chunks: readonly Uint8Array[]): Promise<ServerEvent[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const events: ServerEvent[] = [];
  for await (const event of readServerEvents(body, () => undefined)) events.push(event);
  return events;
}

test('events are the same wherever the network cuts the bytes', async () => {
  const text =
    'retry: 1000\n\n:\n\nid: 1\nevent: step\ndata: {"a":"é👍"}\n\nid: 1.1.0\nevent: delta\ndata: x\ndata: y\n\n';
  const bytes = new TextEncoder().encode(text);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const events = await read(places.slice(1).map((end, index) => bytes.slice(places[index], end)));
      assert.deepEqual(events, [
        { event: 'step', id: '1', data: '{"a":"é👍"}' },
        { event: 'delta', id: '1.1.0', data: 'x\ny' },
      ]);
    }),
  );
});

test('an event that was cut off is not delivered', async () => {
  assert.deepEqual(await read([new TextEncoder().encode('id: 1\ndata: half')]), []);
});
