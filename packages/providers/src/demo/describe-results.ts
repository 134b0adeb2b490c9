import type { PromptMessage } from '@bakerst/shared/models';

type ToolMessage = Extract<PromptMessage, { role: 'tool' }>;

const QUOTE_CHARS = 1_500;

/** A sentence about each result, with the result itself quoted. */
export function describeResults(results: readonly ToolMessage[]): string {
  return results.map(describeResult).join('\n\n');
}

function describeResult(result: ToolMessage): string {
  const text = result.content
    .map((part) => (part.type === 'text' ? part.text : `[${part.mediaType}]`))
    .join('\n');
  const outcome = result.isError ? 'did not succeed. It says:' : 'has answered:';
  if (text.trim() === '') {
    return `The tool \`${result.name}\` ${result.isError ? 'did not succeed' : 'has finished'} and returned nothing.`;
  }
  return `The tool \`${result.name}\` ${outcome}\n\n${fenced(text)}`;
}

/** The fence is longer than any run of backticks inside, so that a result cannot leave its quote. */
function fenced(text: string): string {
  const kept = text.length > QUOTE_CHARS ? text.slice(0, QUOTE_CHARS).toWellFormed() : text;
  const left = text.length - kept.length;
  const longest = (kept.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  const rest = left > 0 ? `\n\n(${left} more characters are left out here.)` : '';
  return `${fence}\n${kept.trimEnd()}\n${fence}${rest}`;
}
