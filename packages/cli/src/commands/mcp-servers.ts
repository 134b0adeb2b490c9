import { McpServer } from '@bakerst/shared/settings';
import type { Command, CommandInput } from '../command.ts';
import { cliError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { printableJson, printableLine } from '../printable.ts';
import { textTable } from '../text-table.ts';

const NAME = { name: 'name', summary: 'name of the server', required: true } as const;

export const mcpCommands: readonly Command[] = [
  {
    path: ['mcp', 'list'],
    summary: 'tool servers: state, walls, last error',
    args: [],
    options: {},
    examples: ['bakerst mcp list'],
    async run(input, { api, terminal }) {
      const { servers } = await api().tools();
      if (input.flag('json')) terminal.out(`${printableJson({ items: servers })}\n`);
      else {
        const rows = servers.map((server) => [
          server.server,
          server.state,
          server.confinement,
          String(server.toolCount),
          server.origin,
          server.lastError ?? '',
        ]);
        terminal.out(
          textTable(['server', 'state', 'walls', 'tools', 'from', 'last error'], rows, terminal.columns),
        );
      }
      return EXIT.ok;
    },
  },
  {
    path: ['mcp', 'add'],
    summary: 'add or replace a tool server',
    details:
      'A command runs in a sandbox: empty environment, no network and no files but what is named here. What a server\n' +
      'without walls, or more trust, needs can only be said in the configuration file.',
    args: [NAME, { name: 'command', summary: 'program and its arguments, after --', many: true }],
    options: {
      'server-url': {
        type: 'string',
        value: 'url',
        summary: 'address of a server that speaks streamable HTTP',
      },
      header: {
        type: 'string',
        multiple: true,
        value: 'name=ref',
        summary: 'HTTP header; value as env:NAME or file:/path',
      },
      env: {
        type: 'string',
        multiple: true,
        value: 'name=value',
        summary: 'environment; secrets as env:NAME or file:/path',
      },
      read: { type: 'string', multiple: true, value: 'path', summary: 'folder or file it may read' },
      write: { type: 'string', multiple: true, value: 'path', summary: 'folder or file it may change' },
      network: { type: 'boolean', summary: 'let it use the network' },
    },
    examples: [
      'bakerst mcp add files --write /home/me/notes -- npx -y @modelcontextprotocol/server-filesystem /home/me/notes',
      'bakerst mcp add wiki --server-url https://wiki.example/mcp --header authorization=env:WIKI_TOKEN',
    ],
    async run(input, { api, terminal }) {
      const parsed = McpServer.safeParse(serverOf(input));
      if (!parsed.success) {
        const issue = parsed.error.issues[0];
        throw cliError({
          code: 'cli_usage',
          message: `This is not a tool server: ${issue?.path.join('.')} ${issue?.message}.`,
          remedy: 'See: bakerst mcp add --help',
        });
      }
      await api().putMcpServer(input.arg(0), parsed.data);
      terminal.note(`added ${printableLine(input.arg(0))}. See how it does: bakerst mcp list\n`);
      return EXIT.ok;
    },
  },
  {
    path: ['mcp', 'remove'],
    summary: 'take a tool server away again',
    args: [NAME],
    options: {},
    examples: ['bakerst mcp remove files'],
    async run(input, { api, terminal }) {
      await api().deleteMcpServer(input.arg(0));
      terminal.note(`removed ${printableLine(input.arg(0))}\n`);
      return EXIT.ok;
    },
  },
  {
    path: ['mcp', 'restart'],
    summary: 'start a tool server again at once',
    args: [NAME],
    options: {},
    examples: ['bakerst mcp restart files'],
    async run(input, { api, terminal }) {
      await api().restartServer(input.arg(0));
      terminal.note(`restarting ${printableLine(input.arg(0))}. See how it does: bakerst mcp list\n`);
      return EXIT.ok;
    },
  },
];

function serverOf(input: CommandInput): unknown {
  const url = input.text('server-url');
  const [command, ...args] = input.args.slice(1);
  if ((url === undefined) === (command === undefined)) {
    throw cliError({
      code: 'cli_usage',
      message: 'A tool server is either a command or an address.',
      remedy: 'Give one of them: `-- <command>` or --server-url <url>. See: bakerst mcp add --help',
    });
  }
  if (url !== undefined) return { transport: 'http', url, headers: pairs(input.texts('header'), 'header') };
  const paths = [
    ...input.texts('read').map((path) => ({ path, write: false })),
    ...input.texts('write').map((path) => ({ path, write: true })),
  ];
  const env = pairs(input.texts('env'), 'env');
  return { transport: 'stdio', command, args, env, paths, network: input.flag('network') };
}

function pairs(texts: readonly string[], option: string): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const cut = text.indexOf('=');
      if (cut > 0) return [text.slice(0, cut), text.slice(cut + 1)];
      throw cliError({
        code: 'cli_usage',
        message: `--${option} takes name=value.`,
        remedy: 'See: bakerst mcp add --help',
      });
    }),
  );
}
