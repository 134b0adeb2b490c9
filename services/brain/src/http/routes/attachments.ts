import { Attachment } from '@bakerst/shared/api/conversations';
import { z } from 'zod';
import { type Answer, type AuthedExchange, json } from '../exchange.ts';
import { ATTACHMENT_TYPES } from '../media-type.ts';
import { ownedId } from '../owned-id.ts';
import { attachmentView } from '../records.ts';
import { type Route, route } from '../route.ts';
import { storeAttachment } from '../store-attachment.ts';

const NameQuery = z.object({ name: z.string().min(1).max(255) });

export const attachmentRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/api/v1/attachments',
    id: 'createAttachment',
    tag: 'attachments',
    access: 'chat',
    summary: 'Store a file to attach to messages; the body is the file itself',
    query: NameQuery,
    rawBody: { mediaTypes: ATTACHMENT_TYPES, description: 'The bytes of the file' },
    answers: { 201: { description: 'The stored file', schema: Attachment } },
    errors: ['attachment_type_refused', 'store_full'],
    handle: createAttachment,
  }),
  route({
    method: 'GET',
    path: '/api/v1/attachments/:id',
    id: 'readAttachment',
    tag: 'attachments',
    access: 'chat',
    summary: 'Download an attached file',
    description: 'Always a download, never shown in place: nothing a stranger sent runs under our origin.',
    answers: { 200: { description: 'The bytes', mediaType: 'application/octet-stream' } },
    errors: ['not_found', 'store_not_found'],
    handle: readAttachment,
  }),
];

async function createAttachment(exchange: AuthedExchange<z.infer<typeof NameQuery>>): Promise<Answer> {
  const data = await exchange.readBytes(exchange.parts.settings.limits.attachmentBytes);
  const record = await storeAttachment(exchange, {
    name: exchange.query.name,
    declaredType: exchange.header('content-type') ?? '',
    data,
  });
  return json(201, attachmentView(record), { location: `/api/v1/attachments/${record.id}` });
}

function readAttachment({ parts, access, param }: AuthedExchange): Answer {
  const { record, data } = parts.store.readAttachment(access, ownedId('attachment', param('id')));
  return {
    kind: 'bytes',
    status: 200,
    body: data,
    headers: {
      'content-type': record.mediaType.startsWith('text/') ? 'text/plain; charset=utf-8' : record.mediaType,
      'content-disposition': `attachment; filename*=UTF-8''${encodeRfc5987(record.name)}`,
      'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
      'cache-control': 'private, max-age=3600, immutable',
    },
  };
}

function encodeRfc5987(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
