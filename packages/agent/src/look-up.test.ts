import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { GuardContext, Lookup, ToolStanding } from '@bakerst/shared/guard';
import type { Label } from '@bakerst/shared/labels';
import type { ToolOutput, ToolSource } from '@bakerst/shared/tools';
import { lookUp } from './look-up.ts';
import { request, toolDefinition } from './testing/registry-rig.ts';
import { createArgumentValidator } from './validate-arguments.ts';

const lookup: Lookup = {
  argument: 'event',
  value: '24',
  kind: 'event',
  words: 'Lunch',
  tool: 'office__search',
  arguments: { query: 'Lunch' },
  id: 'id',
  title: 'title',
};
const definition = toolDefinition({
  name: 'office__search',
  server: 'office',
  parameters: { type: 'object' },
  maxResultBytes: 1_000,
});
const read: ToolStanding = {
  effect: 'read',
  idempotent: false,
  acceptance: 'accepted',
  results: { integrity: 'untrusted', confidentiality: 'internal' },
  clearance: 'internal',
};
const answer: ToolOutput = { content: [], isError: false, structured: [{ id: '24', title: 'Lunch' }] };

/** A source that counts how often it was asked. */
function office(call: ToolSource['call'] = async () => answer) {
  const asked: unknown[] = [];
  const source: ToolSource = {
    server: 'office',
    tools: () => [definition],
    call: (tool, args, context) => {
      asked.push([tool, args, context.principal]);
      return call(tool, args, context);
    },
  };
  return { source, asked };
}

const label: Label = { integrity: 'untrusted', confidentiality: 'internal' };
const place = (signal: AbortSignal = new AbortController().signal, change: Partial<GuardContext> = {}) => ({
  context: { request, label, past: undefined, ...change },
  call: 'call_1',
  signal,
});
const validator = createArgumentValidator();

async function state(source: ToolSource, standing: ToolStanding, signal?: AbortSignal): Promise<string> {
  const find = () => ({ source, definition, standing });
  const { referents } = await lookUp([lookup], { find, validator }, place(signal));
  return referents[0]?.state ?? 'nothing';
}

describe("the monitor's own look-ups", () => {
  test('ask an accepted read on behalf of the person', async () => {
    const { source, asked } = office();
    assert.equal(await state(source, read), 'resolved');
    assert.deepEqual(asked, [['office__search', { query: 'Lunch' }, 'prn_1']]);
    assert.equal(await state(source, { ...read, acceptance: 'core' }), 'resolved');
  });

  test('ask nothing that is not a read, or that nobody accepted as it is', async () => {
    const { source, asked } = office();
    for (const effect of ['read-open', 'write-private', 'external', 'money', 'exec'] as const)
      assert.equal(await state(source, { ...read, effect }), 'unresolvable', effect);
    for (const acceptance of ['unknown', 'changed'] as const)
      assert.equal(await state(source, { ...read, acceptance }), 'unresolvable', acceptance);
    const { referents, tools } = await lookUp([lookup], { find: () => undefined, validator }, place());
    assert.deepEqual([referents[0]?.state, tools], ['unresolvable', []]);
    assert.deepEqual(asked, []);
  });

  test('ask the same question once, and give each handle its best answer', async () => {
    const { source, asked } = office();
    const other = { ...lookup, value: '25' };
    const more = { ...lookup, words: 'Dinner', arguments: { query: 'Dinner' } };
    const find = () => ({ source, definition, standing: read });
    const found = await lookUp([lookup, other, more], { find, validator }, place());
    assert.equal(asked.length, 2);
    assert.deepEqual(found.tools, ['office__search']);
    assert.deepEqual(
      found.referents.map(({ value, state, match }) => [value, state, match]),
      [
        ['24', 'resolved', 'title'],
        ['25', 'not_found', undefined],
      ],
    );
  });

  test('ask nobody who may not learn it, whom a person has stopped, or whose schema does not take it', async () => {
    const { source, asked } = office();
    const one = async (standing: ToolStanding, change: Partial<GuardContext>, parameters: object = {}) => {
      const find = () => ({ source, definition: { ...definition, parameters: { ...parameters } }, standing });
      return (await lookUp([lookup], { find, validator }, place(undefined, change))).referents[0]?.state;
    };
    const stop = { id: 's', target: 'office', by: 'prn_1', at: '', scope: 'server' } as const;
    assert.equal(await one({ ...read, clearance: 'public' }, {}), 'unresolvable');
    assert.equal(await one(read, { label: { ...label, confidentiality: 'secret' } }), 'unresolvable');
    assert.equal(await one(read, { request: { ...request, stops: [stop] } }), 'unresolvable');
    assert.equal(await one(read, {}, { type: 'object', required: ['other'] }), 'unresolvable');
    assert.deepEqual(asked, []);
  });

  test('a source that throws, refuses or never answers says nothing', async () => {
    const never = Promise.withResolvers<ToolOutput>().promise;
    const broken = office(async () => {
      throw new Error('down');
    });
    const thrown = office(() => {
      throw new Error('torn');
    });
    assert.equal(await state(broken.source, read), 'unresolvable');
    assert.equal(await state(thrown.source, read), 'unresolvable');
    assert.equal(
      await state(office(async () => ({ ...answer, isError: true })).source, read),
      'unresolvable',
    );
    const stop = new AbortController();
    const hanging = state(office(() => never).source, read, stop.signal);
    stop.abort();
    assert.equal(await hanging, 'unresolvable');
    assert.equal(await state(office(() => never).source, read, AbortSignal.abort()), 'unresolvable');
  });
});
