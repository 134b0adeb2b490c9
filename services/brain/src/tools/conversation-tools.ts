import { CodedError } from '@bakerst/shared/coded-error';
import { messageText, modelText } from '@bakerst/shared/content';
import { isId } from '@bakerst/shared/ids';
import { joinAllLabels, joinLabels, type Label } from '@bakerst/shared/labels';
import type { RecordedStep } from '@bakerst/shared/steps';
import type { HistoryTurn } from '@bakerst/shared/store/turn-store';
import type { CoreTool, CoreToolParts } from './core-tools.ts';
import { callerOf } from './tool-caller.ts';
import { errorResult, numberArg, objectSchema, stringArg, textResult } from './tool-text.ts';

const OWN: Label = { integrity: 'trusted', confidentiality: 'internal' };
const QUOTED: Label = { integrity: 'untrusted', confidentiality: 'internal' };
const MOST_TURNS = 20;

/** Looking into past conversations returns the labels of what it quotes: old injections stay untrusted. */
export function conversationTools(parts: CoreToolParts): readonly CoreTool[] {
  return [searchTool(parts), readTool(parts)];
}

function searchTool({ store }: CoreToolParts): CoreTool {
  return {
    definition: {
      name: 'search_conversations',
      description:
        'Searches the past conversations of the person for words. All words must occur; beginnings match.',
      parameters: objectSchema(
        {
          query: { type: 'string', minLength: 1, maxLength: 200 },
          limit: { type: 'integer', minimum: 1, maximum: 50, default: 10 },
        },
        ['query'],
      ),
      effect: 'read',
      idempotent: true,
    },
    async run(args, context) {
      const access = callerOf(context);
      const page = store.searchMessages(access, stringArg(args, 'query') ?? '', {
        limit: numberArg(args, 'limit') ?? 10,
      });
      // The turn that is asking is no past conversation.
      const hits = page.items.filter((hit) => hit.turn !== context.turn);
      if (hits.length === 0) return textResult('Nothing was found.');
      // Without titles: they are anybody's words (a client's, a page that was pasted) and have no label.
      const lines = hits.map(
        (hit) => `- ${hit.at} (${hit.conversation}), ${hit.role}: ${plainSnippet(hit.snippet)}`,
      );
      const label = joinAllLabels(
        hits.map((hit) => turnsLabel([{ steps: store.readSteps(access, hit.turn) }])),
      );
      return textResult(lines.join('\n'), joinLabels(OWN, label));
    },
  };
}

function readTool({ store }: CoreToolParts): CoreTool {
  return {
    definition: {
      name: 'read_conversation',
      description:
        'Reads turns of one past conversation of the person, oldest first. Its id comes from search_conversations.',
      parameters: objectSchema(
        {
          conversation: { type: 'string', maxLength: 60 },
          before: {
            type: 'integer',
            minimum: 1,
            description: 'Read turns before this position; default: the newest',
          },
          limit: { type: 'integer', minimum: 1, maximum: MOST_TURNS, default: 10 },
        },
        ['conversation'],
      ),
      effect: 'read',
      idempotent: true,
    },
    async run(args, context) {
      const conversation = stringArg(args, 'conversation') ?? '';
      if (!isId('conversation', conversation))
        return errorResult(`"${conversation}" is not the id of a conversation.`);
      const before = numberArg(args, 'before');
      const page = {
        limit: numberArg(args, 'limit') ?? 10,
        ...(before !== undefined && { beforePosition: before }),
      };
      try {
        const turns = store.readHistory(callerOf(context), conversation, page).toReversed();
        if (turns.length === 0) return textResult('There are no turns there.');
        return textResult(turns.map(turnText).join('\n\n'), joinLabels(OWN, turnsLabel(turns)));
      } catch (error) {
        if (error instanceof CodedError && error.code === 'store_not_found')
          return errorResult('There is no such conversation.');
        throw error;
      }
    },
  };
}

function turnText({ record, steps }: HistoryTurn): string {
  const lines = steps.flatMap(({ step }) => {
    if (step.type === 'message_received') return [`Person: ${messageText(step.parts)}`];
    if (step.type === 'model_ended' && step.outcome === 'completed')
      return [`Agent: ${modelText(step.parts)}`];
    return [];
  });
  return [`[turn ${record.position}, ${record.createdAt}]`, ...lines].join('\n');
}

function turnsLabel(turns: readonly { readonly steps: readonly RecordedStep[] }[]): Label {
  return joinAllLabels(
    turns.flatMap(({ steps }) =>
      steps.flatMap(({ step }) => {
        if (step.type === 'model_ended') return [step.label];
        if (step.type !== 'message_received') return [];
        return step.parts.some((part) => part.type !== 'words') ? [step.label, QUOTED] : [step.label];
      }),
    ),
  );
}

/** Matches are marked for screens with control characters; a model reads plain text. */
function plainSnippet(snippet: string): string {
  return snippet.replaceAll('\u0002', '').replaceAll('\u0003', '').replaceAll(/\s+/g, ' ');
}
