import type { ServerReview, ToolReview } from '@bakerst/shared/api/guard';
import type { ToolPolicy } from '@bakerst/shared/policy';
import { diffText } from './diff-text.ts';
import { EFFECT_WORDS } from './effect-words.ts';
import { framedText } from './framed-text.ts';
import { printableLine } from './printable.ts';
import type { Terminal } from './terminal.ts';

type Paint = Pick<Terminal, 'paint' | 'columns'>;

const STATES = {
  accepted: ['green', 'accepted'],
  changed: ['red', 'CHANGED since it was accepted: every call is refused'],
  unknown: ['yellow', 'unknown: nobody has looked at it, so it is external and taints'],
  unpinnable: ['red', 'cannot be pinned (hidden characters, or no canonical form): it stays unknown'],
} as const;

/** Everything a person needs who accepts a server's tools. What the server wrote stands behind a margin. */
export function serverReviewText(review: ServerReview, terminal: Paint): string {
  const clearance = `may learn what is ${review.clearance}${review.clearanceSet ? '' : ' (the default for where it runs)'}`;
  const gone =
    review.gone.length === 0
      ? ''
      : `\nAccepted once, not offered now: ${printableLine(review.gone.join(', '))}\n`;
  const tools = review.tools.map((tool) => `\n${toolText(tool, terminal)}`).join('');
  const none = review.tools.length === 0 ? '\nIt offers no tools now.\n' : '';
  return `${terminal.paint('bold', printableLine(review.server))}: ${clearance}\n${tools}${none}${gone}`;
}

export function toolText(tool: ToolReview, terminal: Paint): string {
  const [colour, state] = STATES[tool.state];
  const head = `${terminal.paint('bold', printableLine(tool.name))}  ${terminal.paint(colour, state)}\n`;
  const description = framedText(tool.description || '(it says nothing)', terminal.columns, {
    first: '  │ ',
    rest: '  │ ',
  });
  // Four columns of it are the indent.
  const inner = { paint: terminal.paint, columns: terminal.columns - 4 };
  const diff =
    tool.diff === undefined ? '' : `  what has changed\n${indented(diffText(tool.diff, inner, 2))}`;
  const inForce = tool.accepted === undefined ? '' : `  in force\n${policyLines(tool.accepted, terminal)}`;
  const proposed =
    tool.state === 'accepted'
      ? ''
      : `  proposed, guessed from names and hints\n${policyLines(tool.proposal, terminal)}`;
  return head + description + diff + inForce + proposed;
}

export function policyLines(policy: ToolPolicy, terminal: Paint): string {
  const line = (text: string) => framedText(text, terminal.columns, { first: '    ', rest: '    │ ' });
  const named = Object.entries(policy.arguments).map(([name, { role, slot, type, ...rest }]) => {
    const more = Object.entries(rest)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key} ${JSON.stringify(value)}`);
    return line(
      [`${name}: ${role}`, slot === undefined ? '' : `as ${slot}`, type ?? '', ...more]
        .filter(Boolean)
        .join(', '),
    );
  });
  const { integrity, confidentiality, authoritative } = policy.results;
  const sources = Object.entries(authoritative).map(([field, slots]) => `${field} as ${slots.join(', ')}`);
  return [
    line(`effect ${policy.effect}: ${EFFECT_WORDS[policy.effect]}`),
    ...named,
    line(`every argument that is not named decides something (control)`),
    line(
      `results: ${integrity}, ${confidentiality}${sources.length === 0 ? '' : `; gives provenance: ${sources.join('; ')}`}`,
    ),
    policy.idempotent ? line('may be run again after a crash') : '',
    policy.intents === undefined ? '' : line(`asked for as: ${policy.intents.join(', ')}`),
  ].join('');
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '    ');
}
