import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AT, commandNamed, type Line, runCommand } from '../rig/scripted-brain.ts';
import { peopleCommands } from './people.ts';
import { stopCommands } from './stops.ts';

const stop = { id: 'stop_1', scope: 'tool', target: 'mail__send\u001b[2J', by: 'prn_1', at: AT };

const run = (verb: string, line: Line) =>
  runCommand(commandNamed(stopCommands, `stop ${verb}`), line, (request) =>
    request.method === 'POST'
      ? { ...stop, cancelledTurns: 2, note: 'Chat goes on.' }
      : request.method === 'GET'
        ? { items: [stop] }
        : undefined,
  );

test('stopping asks nothing, and says what goes on', async () => {
  const { out, notes, asked } = await run('tool', { args: ['mail__send'], options: { reason: 'spam' } });
  assert.deepEqual(asked[0]?.body, { scope: 'tool', target: 'mail__send', reason: 'spam' });
  assert.match(out, /stopped: tool mail__send␛\[2J; 2 turns were cancelled\nChat goes on\./);
  assert.match(notes, /bakerst stop lift stop_1/);
  assert.deepEqual((await run('all', {})).asked[0]?.body, { scope: 'everything', target: '' });
});

test('lifting asks, and names what it is', async () => {
  const no = await run('lift', { args: ['stop_1'], types: ['n'] });
  assert.equal(no.code, 1);
  assert.match(no.notes, /tool mail__send/);
  const yes = await run('lift', { args: ['stop_1'], options: { yes: true } });
  assert.equal(yes.asked.at(-1)?.method, 'DELETE');
  assert.equal(yes.asked.at(-1)?.path, '/api/v1/stops/stop_1');
});

test('a person is added, and the next step is told', async () => {
  const person = { id: 'prn_2', name: 'Ann Lee', createdAt: AT };
  const { out, notes } = await runCommand(
    commandNamed(peopleCommands, 'people add'),
    { args: ['Ann Lee'] },
    () => person,
  );
  assert.equal(out, 'prn_2\n');
  assert.match(notes, /tokens create .* --person prn_2/);
});
