import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { printableJson } from '../printable.ts';
import { textTable } from '../text-table.ts';

/** What there is to choose from: models and tools. */
export const catalogueCommands: readonly Command[] = [
  {
    path: ['models', 'list'],
    summary: 'models that can be named, and whether they would answer now',
    args: [],
    options: {},
    examples: ['bakerst models list', 'bakerst models list --json'],
    async run(input, { api, terminal }) {
      const models = await api().models();
      if (input.flag('json')) terminal.out(`${printableJson(models)}\n`);
      else {
        const rows = models.items.map((model) => [
          model.ref,
          model.state,
          model.roles.join(', '),
          price(model.price, model.unmetered),
          model.detail ?? '',
        ]);
        terminal.out(textTable(['model', 'state', 'roles', 'in/out per 1M', ''], rows, terminal.columns));
      }
      return EXIT.ok;
    },
  },
  {
    path: ['tools', 'list'],
    summary: 'tools the agent has, and what the guard would say to a call',
    args: [],
    options: {},
    examples: ['bakerst tools list', 'bakerst tools list --json'],
    async run(input, { api, terminal }) {
      const tools = await api().tools();
      if (input.flag('json')) terminal.out(`${printableJson(tools)}\n`);
      else {
        const rows = tools.items.map((tool) => [
          tool.name,
          tool.effect,
          tool.acceptance,
          tool.clearance,
          tool.allowed ? 'runs' : 'not by itself',
          tool.reason,
        ]);
        const head = ['tool', 'effect', 'standing', 'learns', 'a plain call', 'why'];
        terminal.out(textTable(head, rows, Math.max(terminal.columns, 160)));
      }
      return EXIT.ok;
    },
  },
];

function price(
  prices: { readonly input: number; readonly output: number } | undefined,
  unmetered: boolean,
): string {
  if (unmetered) return 'unmetered';
  if (prices === undefined) return 'no price';
  return `$${prices.input / 1_000_000} / $${prices.output / 1_000_000}`;
}
