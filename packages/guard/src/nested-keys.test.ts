import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ToolDefinition } from '@bakerst/shared/tools';
import { nestedKeys } from './nested-keys.ts';
import { proposeTool } from './propose-tool.ts';

const ATTACHMENT = { type: 'object', properties: { type: { type: 'string' }, file_id: { type: 'string' } } };

test('names below an argument are found through lists, choices and local definitions', () => {
  const root = { $defs: { Attachment: ATTACHMENT } };
  const list = { anyOf: [{ type: 'array', items: { $ref: '#/$defs/Attachment' } }, { type: 'null' }] };
  assert.deepEqual(nestedKeys(list, root), ['type', 'file_id']);
  assert.deepEqual(nestedKeys({ properties: { user: ATTACHMENT } }, root), ['user', 'type', 'file_id']);
});

test('only plain names count, and a definition that holds itself ends', () => {
  const root = { $defs: { Node: { properties: { next: { $ref: '#/$defs/Node' }, 'a@evil.example': {} } } } };
  assert.deepEqual(nestedKeys({ $ref: '#/$defs/Node' }, root), ['next']);
  const wide = { properties: Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`k${at}`, {}])) };
  assert.equal(nestedKeys(wide, {}).length, 200);
});

test('a proposal lists them for control arguments', () => {
  const definition: ToolDefinition = {
    name: 'mail__send_mail',
    server: 'mail',
    effect: 'external',
    description: '',
    idempotent: false,
    deadlineMs: 1_000,
    maxResultBytes: 1_000,
    parameters: {
      type: 'object',
      properties: { to: { type: 'string' }, attachments: { type: 'array', items: ATTACHMENT } },
    },
  };
  const { attachments, to } = proposeTool(definition).arguments;
  assert.deepEqual(attachments?.keys, ['type', 'file_id']);
  assert.equal(to?.keys, undefined);
});
