import type { ScriptedAnswer, ScriptedUsage } from './script.ts';
import { argumentsText, pieces } from './script.ts';

const IMAGE_TOKENS = 1_600;
const PER_OBJECT = 3;

/**
 * A tokenizer that is dearer than real ones, so that a context that was budgeted too tightly is refused here first:
 * one token per 3.5 characters of ASCII, one per byte of anything else.
 */
export function countTokens(text: string): number {
  let ascii = 0;
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) < 128) ascii++;
  const otherBytes = Buffer.byteLength(text) - ascii;
  return Math.ceil(ascii / 3.5) + otherBytes;
}

/** Tokens of a whole request: every key and every string, a flat price for each image or document. */
export function countPromptTokens(value: unknown): number {
  if (typeof value === 'string') return value.startsWith('data:') ? IMAGE_TOKENS : countTokens(value);
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + countPromptTokens(each), 0);
  if (typeof value !== 'object' || value === null) return 1;
  if ('type' in value && value.type === 'base64') return IMAGE_TOKENS;
  let sum = PER_OBJECT;
  for (const [key, inner] of Object.entries(value)) sum += countTokens(key) + countPromptTokens(inner);
  return sum;
}

export function usageOf(answer: ScriptedAnswer, prompt: number): Required<ScriptedUsage> {
  const { usage } = answer;
  if (usage !== undefined && usage !== 'omitted') return { cacheRead: 0, cacheWrite: 0, ...usage };
  const text = [...pieces(answer.thinking), ...pieces(answer.text), answer.refusal ?? ''].join('');
  const calls = (answer.toolCalls ?? []).map((call) => call.name + argumentsText(call)).join('');
  return { input: prompt, output: countTokens(text + calls) + 1, cacheRead: 0, cacheWrite: 0 };
}
