import type { ToolSpec } from '@bakerst/shared/models';
import type { Filled } from './fill-arguments.ts';
import { fieldsOf } from './tool-fields.ts';

/** A way to ask for one of the tools that every installation has; named groups are its arguments. */
interface Phrase {
  readonly tool: string;
  readonly words: RegExp;
}

const PHRASES: readonly Phrase[] = [
  {
    tool: 'write_note',
    words:
      /\b(?:write|make|save|create|take|add|leave)\s+(?:me\s+)?(?:a|the|this)?\s*note\s*(?:called|named|titled|with the title)?\s*["“']?(?<title>.+?)["”']?\s*(?:\bsaying(?: that)?\b|\bthat says\b|\bwith (?:the )?(?:text|content)\b|\breading\b|:)\s*["“']?(?<text>.+?)["”']?\s*$/is,
  },
  {
    tool: 'list_notes',
    words: /\b(?:list|show|what|which)\b.{0,20}\bnotes\b/is,
  },
  {
    tool: 'read_note',
    words:
      /\b(?:read|show|open|what is in|what's in)\s+(?:me\s+)?(?:the|my)?\s*note\s*(?:called|named|titled)?\s*["“']?(?<title>[^"”']+?)["”']?\s*[?.!]*$/is,
  },
  {
    tool: 'read_conversation',
    words: /\b(?:read|show|open)\b.{0,30}\bconversation\b.{0,10}?(?<conversation>conv_[\w-]+)/is,
  },
  {
    tool: 'search_conversations',
    words:
      /\b(?:search|look|find)\b.{0,40}?\b(?:conversations?|chats?|history)\b.{0,10}?\b(?:for|about)\s+["“']?(?<query>.+?)["”']?\s*[?.!]*$/is,
  },
  {
    tool: 'search_conversations',
    words: /\bwhat did (?:we|i|you) (?:say|talk|write|discuss) about\s+["“']?(?<query>.+?)["”']?\s*[?.!]*$/is,
  },
  {
    tool: 'current_time',
    words:
      /\b(?:what(?:'s| is)? (?:the )?(?:current )?(?:time|date|day)|current time|tell me the (?:time|date)|which day|today's date)\b(?:.*?\b(?<time_zone>[A-Z][A-Za-z]+\/[A-Za-z_/]+|UTC)\b)?/is,
  },
  {
    tool: 'system_info',
    words:
      /\bsystem info|\b(?:about|of) (?:this|the|your) (?:machine|system|computer|server)\b|how much memory/i,
  },
];

/** A phrase we know, where the tool it means is really offered. */
export function plainWish(
  words: string,
  tools: readonly ToolSpec[],
): { readonly tool: ToolSpec; readonly filled: Filled } | undefined {
  for (const phrase of PHRASES) {
    const tool = tools.find((each) => each.name === phrase.tool);
    const groups = tool === undefined ? undefined : phrase.words.exec(words);
    if (tool === undefined || !groups) continue;
    const found = Object.entries(groups.groups ?? {}).filter(([, value]) => value !== undefined);
    const values = Object.fromEntries(found.map(([name, value]) => [name, value.trim()]));
    const missing = fieldsOf(tool).flatMap((field) =>
      field.required && values[field.name] === undefined ? [field.name] : [],
    );
    return { tool, filled: { arguments: values, missing } };
  }
  return undefined;
}
