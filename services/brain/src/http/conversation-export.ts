import type { TurnWithSteps } from '@bakerst/shared/api/conversations';
import { messageText } from '@bakerst/shared/content';
import type { HistoryTurn } from '@bakerst/shared/store/turn-store';
import { z } from 'zod';
import type { Answer, AuthedExchange } from './exchange.ts';
import { ownedId } from './owned-id.ts';
import { conversationView, turnWithStepsView } from './records.ts';
import { turnOutcome } from './turn-outcome.ts';

export const ExportQuery = z.object({ format: z.enum(['json', 'markdown']).default('json') });

const PAGE = 100;

/** The whole conversation as a file. The export is recorded before it is handed out. */
export async function exportConversation(
  exchange: AuthedExchange<z.infer<typeof ExportQuery>>,
): Promise<Answer> {
  const { parts, access, query } = exchange;
  const id = ownedId('conversation', exchange.param('id'));
  const conversation = conversationView(parts.store.readConversation(access, id));
  await parts.store.enqueueOutbox([
    parts.auditEvent({
      type: 'admin.conversation_exported',
      actor: access.principal,
      onBehalfOf: access.principal,
      conversation: id,
      body: { conversation: id, format: query.format, by: access.credential },
    }),
  ]);
  const turns = readAllTurns(exchange, id);
  if (query.format === 'markdown') {
    const text = `# ${oneLine(conversation.title)}\n\n${turns.map(turnMarkdown).join('\n')}`;
    return file(text, 'text/markdown; charset=utf-8', `${id}.md`);
  }
  const body = {
    format: 'bakerst-conversation',
    version: 1,
    exportedAt: new Date(parts.now()).toISOString(),
    conversation,
    turns,
  };
  return file(JSON.stringify(body, null, 2), 'application/json; charset=utf-8', `${id}.json`);
}

function file(body: string, type: string, name: string): Answer {
  const headers = { 'content-type': type, 'content-disposition': `attachment; filename="${name}"` };
  return { kind: 'bytes', status: 200, body, headers };
}

function readAllTurns(
  { parts, access }: Pick<AuthedExchange, 'parts' | 'access'>,
  id: string,
): TurnWithSteps[] {
  const turns: HistoryTurn[] = [];
  for (;;) {
    const before = turns.at(-1)?.record.position;
    const page = parts.store.readHistory(access, id, {
      limit: PAGE,
      ...(before === undefined ? {} : { beforePosition: before }),
    });
    turns.push(...page);
    if (page.length < PAGE)
      return turns.reverse().map(({ record, steps }) => turnWithStepsView(record, steps));
  }
}

function turnMarkdown(turn: TurnWithSteps): string {
  const { text, model, error } = turnOutcome(turn.steps);
  const lines: string[] = [];
  for (const { step } of turn.steps) {
    if (step.type === 'message_received') lines.push(`## You, ${step.at}`, '', messageText(step.parts), '');
    if (step.type === 'tool_decided') lines.push(`> Tool \`${step.tool}\`: ${step.verdict.decision}`, '');
  }
  if (text !== '') lines.push(`## Agent${model === undefined ? '' : ` (${model})`}`, '', text, '');
  if (error) lines.push(`> Failed: ${oneLine(error.message)}`, '');
  return lines.join('\n');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
