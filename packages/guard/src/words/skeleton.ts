import { foldCase, plainText } from './fold-text.ts';

const ENTITY =
  /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(commat|period|colon|sol|nbsp|zwj|zwnj|shy|amp|lowbar|hyphen));/giu;
const NAMED: Readonly<Record<string, string>> = { commat: '@', period: '.', colon: ':', sol: '/', amp: '&' };
const ESCAPE = /\\u(?:\{([0-9a-f]{1,6})\}|([0-9a-f]{4}))|\\x([0-9a-f]{2})|%([0-7][0-9a-f])/giu;
const COMMENT = /<!--[^>]{0,200}-->|<\/?[a-z][^<>]{0,200}>/giu;

/**
 * Letters and digits alone, in lower case, as a reader gets to see them: entities, escapes of JSON and percent signs are
 * decoded. Two texts that a page or a model draws alike have one skeleton.
 */
export function skeletonOf(text: string): string {
  const decoded = text
    .replaceAll(ENTITY, (entity) => decodedEntity(entity.slice(1, -1).toLowerCase()))
    .replaceAll(ESCAPE, (code) => letter(code.replace(/^(?:\\u\{?|\\x|%)/iu, '').replace('}', ''), 16));
  return foldCase(plainText(decoded)).replaceAll(/[^\p{L}\p{N}]+/gu, '');
}

/** Skeletons of a whole text: as it is drawn, without comments and tags, and with what stands in them. */
export function skeletonsOf(text: string): string {
  const drawn = text.replaceAll(COMMENT, '');
  return drawn === text ? skeletonOf(text) : `${skeletonOf(drawn)} ${skeletonOf(text)}`;
}

/** What its name, `#64` or `#x40` stands for. */
function decodedEntity(name: string): string {
  if (name.startsWith('#x')) return letter(name.slice(2), 16);
  if (name.startsWith('#')) return letter(name.slice(1), 10);
  return NAMED[name] ?? '';
}

function letter(digits: string, base: number): string {
  const code = Number.parseInt(digits, base);
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}
