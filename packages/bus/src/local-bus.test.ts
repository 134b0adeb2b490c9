import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded } from '@bakerst/shared/coded-error';
import { subjects } from '@bakerst/shared/subjects';
import { LocalBusHub } from './local-bus.ts';

const noErrors = (error: unknown) => {
  throw error;
};

test('a message reaches every subscriber of its subject, in order, and nobody else', () => {
  const bus = new LocalBusHub(noErrors).connect('brain');
  const seen: unknown[] = [];
  bus.subscribe(subjects.turnEvents('a'), (message) => seen.push(['1', message]));
  bus.subscribe(subjects.turnEvents('a'), (message) => seen.push(['2', message]));
  bus.subscribe(subjects.turnEvents('b'), (message) => seen.push(['other', message]));
  bus.publish(subjects.turnEvents('a'), 'x');
  bus.publish(subjects.turnEvents('a'), 'y');
  assert.deepEqual(seen, [
    ['1', 'x'],
    ['2', 'x'],
    ['1', 'y'],
    ['2', 'y'],
  ]);
});

test('nothing arrives after unsubscribe or close, also when it happens inside a handler', () => {
  const hub = new LocalBusHub(noErrors);
  const bus = hub.connect('brain');
  const other = hub.connect('brain');
  let count = 0;
  const subscription = bus.subscribe(subjects.changes('p'), () => {
    count += 1;
    subscription.unsubscribe();
  });
  bus.subscribe(subjects.changes('q'), () => {
    count += 10;
  });
  other.publish(subjects.changes('p'), 1);
  other.publish(subjects.changes('p'), 1);
  void bus.close();
  other.publish(subjects.changes('q'), 1);
  assert.equal(count, 1);
});

test('a handler that throws is reported and does not disturb the others', () => {
  const errors: unknown[] = [];
  const bus = new LocalBusHub((error) => errors.push(error)).connect('brain');
  let reached = false;
  bus.subscribe(subjects.changes('p'), () => {
    throw new Error('bad handler');
  });
  bus.subscribe(subjects.changes('p'), () => {
    reached = true;
  });
  bus.publish(subjects.changes('p'), 1);
  assert.equal(reached, true);
  assert.equal(errors.length, 1);
});

test('an identity cannot use a subject outside its table, nor smuggle wildcards or empty tokens', () => {
  const bus = new LocalBusHub(noErrors).connect('brain');
  for (const subject of [
    'jobs.high.command',
    'turns.*.events',
    'turns..events',
    'turns.a.events.more',
    'turns.a b.events',
    '>',
  ]) {
    assert.throws(
      () => bus.publish(subject, 1),
      (error) => isCoded(error, 'bus_forbidden'),
      subject,
    );
    assert.throws(
      () => bus.subscribe(subject, () => undefined),
      (error) => isCoded(error, 'bus_forbidden'),
      subject,
    );
  }
});
