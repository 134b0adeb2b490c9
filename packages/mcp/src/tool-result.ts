import type { ToolResultPart } from '@bakerst/shared/content';
import type { ToolOutput } from '@bakerst/shared/tools';
import { cut, isRecord } from './bounded-schema.ts';
import { readStructured, type StructuredLimits } from './structured-result.ts';
import { oneLine } from './visible-text.ts';

/** Images that models take; everything else is described in words. */
const IMAGE_TYPES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const UNKNOWN_PART_CHARS = 2_000;

export interface ResultLimits extends StructuredLimits {
  readonly resultParts: number;
}

/**
 * Turns a `tools/call` result of any shape into parts a model can read, and into data where it is some. The registry
 * cuts it to size. `_meta` is for clients: it is not read.
 */
export function readToolResult(result: Readonly<Record<string, unknown>>, limits: ResultLimits): ToolOutput {
  const raw = Array.isArray(result.content) ? result.content : [];
  const content = raw.slice(0, limits.resultParts).map(readPart);
  const left = raw.length - limits.resultParts;
  if (left > 0) content.push(text(`[${left} more parts were left out]`));
  const said = result.structuredContent ?? result.toolResult;
  // The specification asks servers to repeat structured content as text; it is added only where they did not.
  if (said !== undefined && !content.some((part) => part.type === 'text')) content.push(text(asJson(said)));
  if (content.length === 0) content.push(text('(the tool returned nothing)'));
  const structured = readStructured(result, limits);
  return {
    content,
    isError: result.isError === true,
    ...(structured !== undefined && { structured }),
  };
}

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value, (name, member: unknown) => (name === '_meta' ? undefined : member));
  } catch {
    return '[data that is nested too deeply to be read]';
  }
}

export function errorOutput(message: string): ToolOutput {
  return { content: [text(message)], isError: true };
}

function text(value: string): ToolResultPart {
  return { type: 'text', text: value.toWellFormed() };
}

function readPart(part: unknown): ToolResultPart {
  if (!isRecord(part)) return text('[a part that is not an object]');
  switch (part.type) {
    case 'text':
      return text(typeof part.text === 'string' ? part.text : '[text without text]');
    case 'image':
      return readImage(part);
    case 'audio':
      return text(
        `[audio, ${name(part.mimeType)}, ${base64Bytes(part.data)} bytes, which cannot be heard here]`,
      );
    case 'resource_link':
      return text(readLink(part));
    case 'resource':
      return text(readResource(part.resource));
    default:
      return text(`[a part of an unknown type] ${cut(asJson(part), UNKNOWN_PART_CHARS)}`);
  }
}

function readImage(part: Readonly<Record<string, unknown>>): ToolResultPart {
  const { mimeType, data } = part;
  const isImage = typeof mimeType === 'string' && IMAGE_TYPES.has(mimeType);
  if (isImage && typeof data === 'string' && data.length % 4 === 0 && BASE64.test(data)) {
    return { type: 'image', mediaType: mimeType, data };
  }
  return text(`[an image, ${name(mimeType)}, ${base64Bytes(data)} bytes, that cannot be shown]`);
}

function readLink(part: Readonly<Record<string, unknown>>): string {
  const described = typeof part.description === 'string' ? `: ${cut(part.description, 1_000)}` : '';
  return `[link to the resource ${name(part.name)}, ${name(part.mimeType)}, ${name(part.uri)}]${described}`;
}

function readResource(resource: unknown): string {
  if (!isRecord(resource)) return '[a resource that is not an object]';
  const head = `the resource ${name(resource.uri)}, ${name(resource.mimeType)}`;
  if (typeof resource.text === 'string') return `[${head}]\n${resource.text}`;
  return `[${head}, ${base64Bytes(resource.blob)} bytes of binary data]`;
}

function name(value: unknown): string {
  return typeof value === 'string' ? oneLine(value, 500) : 'unknown';
}

function base64Bytes(data: unknown): number {
  return typeof data === 'string' ? Math.floor((data.length * 3) / 4) : 0;
}
