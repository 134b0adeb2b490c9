import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { printableJson } from '../printable.ts';

export const versionCommand: Command = {
  path: ['version'],
  summary: 'version of this CLI and of Node',
  args: [],
  options: {},
  examples: ['bakerst version'],
  async run(input, { terminal, version }) {
    const node = process.versions.node;
    terminal.out(
      input.flag('json') ? `${printableJson({ version, node })}\n` : `bakerst ${version}, node ${node}\n`,
    );
    return EXIT.ok;
  },
};
