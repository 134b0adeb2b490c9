import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stop } from '@bakerst/shared/guard';
import { StopBoard } from './stop-board.ts';

const CALL = { conversation: 'conv_1', server: 'mail', tool: 'mail__send' };

function stopOf(scope: Stop['scope'], target: string): Stop {
  return { id: `stop_${scope}_${target}`, scope, target, by: 'prn_1', at: '2026-01-01T00:00:00.000Z' };
}

function boardOf(stops: Stop[]): StopBoard {
  return new StopBoard({ listStops: () => [...stops] }, 'brain_1');
}

test('a running call is cut off by exactly the stops that cover it, with a reason that says how to go on', () => {
  const cases: readonly (readonly [Stop, boolean])[] = [
    [stopOf('everything', ''), true],
    [stopOf('conversation', 'conv_1'), true],
    [stopOf('conversation', 'conv_2'), false],
    [stopOf('server', 'mail'), true],
    [stopOf('server', 'mai'), false],
    [stopOf('tool', 'mail__send'), true],
    [stopOf('tool', 'mail'), false],
  ];
  for (const [stop, isCut] of cases) {
    const stops: Stop[] = [];
    const board = boardOf(stops);
    const watch = board.watch(CALL);
    assert.equal(watch.signal.aborted, false);
    stops.push(stop);
    board.refresh();
    assert.equal(watch.signal.aborted, isCut, stop.id);
    if (isCut) assert.equal(watch.signal.reason.code, 'call_stopped');
    assert.equal(board.watch(CALL).signal.aborted, isCut, 'nor does a new one start');
    assert.deepEqual(board.current(), [stop]);
  }
});

test('a call that has ended is left alone, and a lifted stop lets the next one run', () => {
  const stops: Stop[] = [];
  const board = boardOf(stops);
  const watch = board.watch(CALL);
  watch.done();
  stops.push(stopOf('everything', ''));
  board.refresh();
  assert.equal(watch.signal.aborted, false);
  stops.length = 0;
  board.refresh();
  assert.equal(board.watch(CALL).signal.aborted, false);
});

test('listeners hear of each stop once, as it comes into force; those of a former run are in force at once', () => {
  const stops = [stopOf('server', 'old')];
  const board = boardOf(stops);
  assert.equal(board.current().length, 1);
  const heard: string[] = [];
  const forget = board.onStop(({ id }) => heard.push(id));
  stops.push(stopOf('tool', 'mail__send'));
  board.refresh();
  board.refresh();
  assert.deepEqual(heard, ['stop_tool_mail__send']);
  forget();
  stops.push(stopOf('everything', ''));
  board.refresh();
  assert.equal(heard.length, 1);
});
