import { printableJson } from './printable.ts';

const PLAIN = /^[a-z_][a-zA-Z0-9_-]*$/;
/** Words that YAML readers take for something else than text. */
const NOT_TEXT = /^(true|false|null|yes|no|on|off|y|n|nan|inf)$/i;

/**
 * Data as YAML to paste: maps and lists as blocks, every text but the plainest in quotes. JSON's quoted texts are YAML
 * too, so nothing that a server chose can end its quotes.
 */
export function yamlLines(value: unknown, indent = ''): string {
  if (Array.isArray(value)) return value.map((item) => `${indent}- ${scalar(item)}\n`).join('');
  return Object.entries(Object(value))
    .filter(([, inner]) => inner !== undefined)
    .map(([key, inner]) => {
      const isBlock = typeof inner === 'object' && inner !== null && Object.keys(inner).length > 0;
      const isFlat = Array.isArray(inner) && inner.every((item) => typeof item !== 'object');
      if (!isBlock || isFlat) return `${indent}${word(key)}: ${scalar(inner)}\n`;
      return `${indent}${word(key)}:\n${yamlLines(inner, `${indent}  `)}`;
    })
    .join('');
}

function word(text: string): string {
  return PLAIN.test(text) && !NOT_TEXT.test(text) ? text : printableJson(text);
}

function scalar(value: unknown): string {
  if (typeof value === 'string') return word(value);
  return Array.isArray(value) ? `[${value.map(scalar).join(', ')}]` : JSON.stringify(value);
}
