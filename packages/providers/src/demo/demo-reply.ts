import type { ModelRequest, PromptMessage, ToolSpec } from '@bakerst/shared/models';
import { describeResults } from './describe-results.ts';
import { digestTranscript } from './digest-transcript.ts';
import { exampleOf, introduction } from './introduction.ts';
import { understand } from './understand.ts';

export type DemoReply =
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'call'; readonly tool: string; readonly arguments: Readonly<Record<string, unknown>> };

/**
 * What the demo model answers. Only the person's own words of the newest message can make it use a tool; what a
 * tool returned and what was quoted is shown, never read for wishes.
 */
export function demoReply(request: ModelRequest): DemoReply {
  const last = request.messages.at(-1);
  if (last?.role === 'tool') return say(describeResults(newestResults(request.messages)));
  const text = last?.role === 'user' ? ownWords(last) : '';
  if (text.startsWith('<transcript>')) return say(digestTranscript(text));
  const wish = understand(text, request.tools);
  if (wish === undefined) return say(introduction(text, request.tools));
  const { tool, filled } = wish;
  if (filled.missing.length > 0) return say(needs(tool, filled.missing));
  return { kind: 'call', tool: tool.name, arguments: filled.arguments };
}

function say(text: string): DemoReply {
  return { kind: 'say', text };
}

type ToolMessage = Extract<PromptMessage, { role: 'tool' }>;

function newestResults(messages: readonly PromptMessage[]): readonly ToolMessage[] {
  const first = messages.findLastIndex((message) => message.role !== 'tool') + 1;
  return messages.slice(first).filter((message) => message.role === 'tool');
}

/** Pastes, files and code stand between marks of their own; they are not what the person says. */
function ownWords(message: Extract<PromptMessage, { role: 'user' }>): string {
  return message.content
    .flatMap((part) => (part.type === 'text' && !part.text.startsWith('<quoted ') ? [part.text] : []))
    .join('\n')
    .trim();
}

function needs(tool: ToolSpec, missing: readonly string[]): string {
  const names = missing.map((name) => `\`${name}\``).join(', ');
  return `I would use \`${tool.name}\`, but I could not find ${names} in your words. Try: *${exampleOf(tool)}*`;
}
