import { messageText, modelText } from '@bakerst/shared/content';
import { formatUsd } from '@bakerst/shared/money';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { printable, printableJson, printableLine } from '../printable.ts';
import { relativeTime, textTable } from '../text-table.ts';
import { confirmed, YES } from './confirm.ts';
import { limitOf, PAGE_OPTIONS } from './paging.ts';

const ID = { name: 'conversation', summary: 'id of the conversation', required: true } as const;

export const conversationCommands: readonly Command[] = [
  {
    path: ['conversations', 'list'],
    summary: 'conversations, newest use first',
    args: [],
    options: PAGE_OPTIONS,
    examples: ['bakerst conversations list', 'bakerst conversations list --limit 5 --json'],
    async run(input, { api, terminal, now }) {
      const cursor = input.text('cursor');
      const page = await api().listConversations({
        limit: limitOf(input),
        ...(cursor === undefined ? {} : { cursor }),
      });
      if (input.flag('json')) terminal.out(`${printableJson(page)}\n`);
      else {
        const rows = page.items.map((c) => [
          c.id,
          relativeTime(c.updatedAt, now()),
          String(c.turns),
          formatUsd(c.costMicros),
          c.title,
        ]);
        terminal.out(textTable(['id', 'used', 'turns', 'cost', 'title'], rows, terminal.columns));
        if (page.next !== undefined) terminal.note(`More: --cursor ${printableLine(page.next)}\n`);
      }
      return EXIT.ok;
    },
  },
  {
    path: ['conversations', 'show'],
    summary: 'what was said in a conversation',
    args: [ID],
    options: { limit: { type: 'string', value: 'n', summary: 'newest turns to show (30)' } },
    examples: ['bakerst conversations show conv_...'],
    async run(input, { api, terminal }) {
      const page = await api().listTurns(input.arg(0), { limit: limitOf(input, 100) });
      if (input.flag('json')) {
        terminal.out(`${printableJson(page)}\n`);
        return EXIT.ok;
      }
      for (const turn of [...page.items].reverse()) {
        for (const { step } of turn.steps) {
          if (step.type === 'message_received') {
            terminal.out(`${terminal.paint('bold', 'you')}\n${printable(messageText(step.parts))}\n\n`);
          }
          if (step.type === 'model_ended' && step.outcome === 'completed' && modelText(step.parts) !== '') {
            terminal.out(`${terminal.paint('bold', 'agent')}\n${printable(modelText(step.parts))}\n\n`);
          }
        }
      }
      return EXIT.ok;
    },
  },
  {
    path: ['conversations', 'search'],
    summary: 'find words in past conversations',
    args: [{ name: 'words', summary: 'all of them must occur', required: true, many: true }],
    options: PAGE_OPTIONS,
    examples: ['bakerst conversations search parser decision'],
    async run(input, { api, terminal, now }) {
      const page = await api().search({ q: input.args.join(' '), limit: limitOf(input) });
      if (input.flag('json')) {
        terminal.out(`${printableJson(page)}\n`);
        return EXIT.ok;
      }
      // Matches stand between U+0002 and U+0003.
      const bare = (snippet: string) => snippet.replaceAll('\u0002', '').replaceAll('\u0003', '');
      const rows = page.items.map((hit) => [
        hit.conversation,
        relativeTime(hit.at, now()),
        hit.role,
        bare(hit.snippet),
      ]);
      terminal.out(textTable(['conversation', 'when', 'who', 'text'], rows, terminal.columns));
      return EXIT.ok;
    },
  },
  {
    path: ['conversations', 'rename'],
    summary: 'give a conversation another title',
    args: [ID, { name: 'title', summary: 'the new title', required: true, many: true }],
    options: {},
    examples: ['bakerst conversations rename conv_... "The parser"'],
    async run(input, { api, terminal }) {
      const changed = await api().updateConversation(input.arg(0), { title: input.args.slice(1).join(' ') });
      terminal.out(input.flag('json') ? `${printableJson(changed)}\n` : `${printableLine(changed.title)}\n`);
      return EXIT.ok;
    },
  },
  {
    path: ['conversations', 'delete'],
    summary: 'delete a conversation with everything in it',
    args: [ID],
    options: { yes: YES },
    examples: ['bakerst conversations delete conv_... --yes'],
    async run(input, parts) {
      const { title } = await parts.api().readConversation(input.arg(0));
      if (!(await confirmed(input, parts, `Delete "${printableLine(title)}"? This cannot be undone.`))) {
        return EXIT.failed;
      }
      await parts.api().deleteConversation(input.arg(0));
      parts.terminal.note('deleted\n');
      return EXIT.ok;
    },
  },
  {
    path: ['conversations', 'export'],
    summary: 'a whole conversation as JSON on stdout',
    args: [ID],
    options: {},
    examples: ['bakerst conversations export conv_... > conversation.json'],
    async run(input, { api, terminal }) {
      terminal.out(`${printableJson(await api().exportConversation(input.arg(0)))}\n`);
      return EXIT.ok;
    },
  },
];
