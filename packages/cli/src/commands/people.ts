import type { CliParts, Command, CommandInput } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { printableJson, printableLine } from '../printable.ts';
import { relativeTime, textTable } from '../text-table.ts';

/** Who can hold tokens here: two pairs of eyes need two people. */
export const peopleCommands: readonly Command[] = [
  {
    path: ['people', 'list'],
    summary: 'everybody who can hold tokens here',
    args: [],
    options: {},
    examples: ['bakerst people list'],
    run: list,
  },
  {
    path: ['people', 'add'],
    summary: 'one more person; can do nothing until a token is made for it',
    args: [{ name: 'name', summary: 'what the person is called', required: true }],
    options: {},
    examples: ['bakerst people add "Ann Lee"'],
    async run(input, { api, terminal }) {
      const person = await api().addPerson({ name: input.arg(0) });
      terminal.out(input.flag('json') ? `${printableJson(person)}\n` : `${printableLine(person.id)}\n`);
      const create = `bakerst tokens create "their console" --person ${printableLine(person.id)} --scope approve`;
      terminal.note(`Give a token (you can give what your own token holds): ${create}\n`);
      return EXIT.ok;
    },
  },
];

async function list(input: CommandInput, { api, terminal, now }: CliParts): Promise<number> {
  const items = await api().listPeople();
  if (input.flag('json')) terminal.out(`${printableJson({ items })}\n`);
  else {
    const rows = items.map(({ id, createdAt, name }) => [id, relativeTime(createdAt, now()), name]);
    terminal.out(textTable(['person', 'since', 'name'], rows, terminal.columns));
  }
  return EXIT.ok;
}
