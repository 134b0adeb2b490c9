import type { ToolSpec } from '@bakerst/shared/models';
import { fieldsOf } from './tool-fields.ts';

/** How a person would ask for the tools that every installation has. */
const PHRASES: Readonly<Record<string, string>> = {
  current_time: 'what time is it?',
  system_info: 'tell me about this system',
  write_note: 'write a note called shopping saying bread and tea',
  read_note: 'read the note shopping',
  list_notes: 'list my notes',
  search_conversations: 'search our conversations for tea',
};
const MOST_EXAMPLES = 8;

/** What the demo model is, with examples of what it can do with the tools that are really there. */
export function introduction(words: string, tools: readonly ToolSpec[]): string {
  const greets = /^(hi|hello|hey|good (morning|evening|day))\b/i.test(words);
  const lines = [
    `${greets ? 'Hello! ' : ''}I am the built-in demo model: a small program, not a language model, so I cannot really talk.`,
  ];
  if (tools.length === 0) {
    lines.push('There are no tools here that I could show you.');
  } else {
    lines.push('But I can use the tools of this agent, so that you see it at work. Try one of these:', '');
    for (const tool of bestKnown(tools)) lines.push(`- *${exampleOf(tool)}*`);
    const left = tools.length - MOST_EXAMPLES;
    if (left > 0)
      lines.push('', `${left} more tools are here; *use <tool> with {…}* works for each of them.`);
  }
  lines.push(
    '',
    'To talk with a real model, set a key such as `ANTHROPIC_API_KEY`, or start Ollama, and restart.',
  );
  return lines.join('\n');
}

function bestKnown(tools: readonly ToolSpec[]): readonly ToolSpec[] {
  const known = Object.keys(PHRASES);
  const rank = (tool: ToolSpec) => (known.includes(tool.name) ? known.indexOf(tool.name) : known.length);
  return tools.toSorted((a, b) => rank(a) - rank(b)).slice(0, MOST_EXAMPLES);
}

export function exampleOf(tool: ToolSpec): string {
  const phrase = PHRASES[tool.name];
  if (phrase !== undefined) return phrase;
  const needed = fieldsOf(tool).filter((field) => field.required);
  if (needed.length === 0) return `call ${tool.name}`;
  const values = needed.map((field) => [field.name, field.example]);
  return `use ${tool.name} with ${JSON.stringify(Object.fromEntries(values))}`;
}
