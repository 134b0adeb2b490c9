import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EffectiveSettings } from '@bakerst/shared/api/system';
import { ModelRole } from '@bakerst/shared/models';
import type { CliParts, Command } from '../command.ts';
import { cliError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { printableJson, printableLine } from '../printable.ts';
import { textTable } from '../text-table.ts';

type Source = EffectiveSettings['items'][number]['source'];

export const configurationCommands: readonly Command[] = [
  {
    path: ['config', 'show'],
    summary: 'every setting: the value in force, and where it came from',
    args: [{ name: 'filter', summary: 'only settings whose name contains this' }],
    options: {},
    examples: ['bakerst config show', 'bakerst config show models', 'bakerst config show --json'],
    async run(input, { api, terminal }) {
      const settings = await api().config();
      const wanted = input.arg(0).toLowerCase();
      const items = settings.items.filter((item) => item.key.toLowerCase().includes(wanted));
      if (input.flag('json')) terminal.out(`${printableJson({ ...settings, items })}\n`);
      else {
        const rows = items.map((item) => [
          item.key,
          JSON.stringify(item.value) ?? '',
          sourceText(item.source),
          item.locked ? 'at start only' : 'any time',
        ]);
        terminal.out(
          textTable(['setting', 'value', 'from', 'can change'], rows, Math.max(terminal.columns, 160)),
        );
      }
      return items.length > 0 ? EXIT.ok : EXIT.failed;
    },
  },
  {
    path: ['config', 'set-model'],
    summary: 'which models a role uses, in the order they are tried',
    args: [
      { name: 'role', summary: `one of ${ModelRole.options.join(', ')}`, required: true },
      { name: 'ref', summary: 'provider/model; none: back to the configuration file', many: true },
    ],
    options: {},
    examples: [
      'bakerst config set-model agent anthropic/claude-sonnet-4-5 ollama/qwen3:8b',
      'bakerst config set-model observer',
    ],
    run: (input, parts) => setModel(input.arg(0), input.args.slice(1), parts),
  },
  {
    path: ['config', 'schema'],
    summary: 'the JSON Schema of the configuration file',
    args: [],
    options: {},
    examples: ['bakerst config schema > config.schema.json'],
    async run(_input, { api, checkout, terminal }) {
      // The file of the checkout needs no brain; a published CLI asks the brain for its own.
      const file = checkout === undefined ? undefined : join(checkout, 'docs', 'config.schema.json');
      const schema =
        file === undefined ? await api().configSchema() : JSON.parse(await readFile(file, 'utf8'));
      terminal.out(`${printableJson(schema)}\n`);
      return EXIT.ok;
    },
  },
];

async function setModel(roleText: string, chain: readonly string[], parts: CliParts): Promise<number> {
  const role = ModelRole.safeParse(roleText);
  if (!role.success) {
    throw cliError({
      code: 'cli_usage',
      message: `There is no role "${roleText}".`,
      remedy: `Roles are ${ModelRole.options.join(', ')}.`,
    });
  }
  const api = parts.api();
  const current = await api.runtimeConfig();
  const { [role.data]: _former, ...others } = current.value.roles;
  const roles = chain.length === 0 ? others : { ...others, [role.data]: [...chain] };
  await api.putRuntimeConfig({ expectedVersion: current.version, value: { ...current.value, roles } });
  const { roles: effective } = await api.models();
  parts.terminal.out(`${role.data}: ${printableLine((effective[role.data] ?? []).join(', '))}\n`);
  return EXIT.ok;
}

function sourceText(source: Source): string {
  switch (source.kind) {
    case 'default':
      return 'default';
    case 'file':
      return source.path;
    case 'environment':
      return source.name;
    case 'runtime':
      return `console, version ${source.version}`;
    case 'discovered':
      return source.how;
  }
}
