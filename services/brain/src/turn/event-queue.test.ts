import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TurnEvent } from '@bakerst/shared/events';
import { EventQueue } from './event-queue.ts';

const delta = (offset: number, text: string, more: { attempt?: number } = {}): TurnEvent => ({
  type: 'delta',
  seq: 2,
  call: 'mc_1',
  attempt: 1,
  channel: 'text',
  offset,
  text,
  ...more,
});

async function drain(queue: EventQueue): Promise<TurnEvent[]> {
  queue.close();
  const events: TurnEvent[] = [];
  for (let event = await queue.take(); event; event = await queue.take()) events.push(event);
  return events;
}

describe('what waits for a slow reader', () => {
  it('is merged where pieces adjoin, and not across attempts', async () => {
    const queue = new EventQueue();
    for (const event of [delta(0, 'one '), delta(4, 'two'), delta(0, 'new', { attempt: 2 })])
      queue.push(event);
    assert.deepEqual(await drain(queue), [delta(0, 'one two'), delta(0, 'new', { attempt: 2 })]);
  });

  it('never becomes one huge event: each is small, and together they are the answer', async () => {
    const queue = new EventQueue();
    const piece = 'x'.repeat(1_000);
    for (let at = 0; at < 1_000; at += 1) queue.push(delta(at * 1_000, piece));
    const events = await drain(queue);
    let length = 0;
    for (const event of events) {
      assert.ok(event.type === 'delta' && event.offset === length);
      assert.ok(event.text.length <= 65_536);
      length += event.text.length;
    }
    assert.equal(length, 1_000_000);
    assert.ok(events.length < 20, `${events.length} events`);
  });
});
