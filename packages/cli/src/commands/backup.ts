import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { backUpDatabase } from '@bakerst/store/back-up-database';
import { restoreBackup } from '@bakerst/store/restore-backup';
import type { CliParts, Command } from '../command.ts';
import { cliError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { printableJson, printableLine } from '../printable.ts';
import { confirmed, YES } from './confirm.ts';

export const backupCommands: readonly Command[] = [
  {
    path: ['backup'],
    summary: 'a consistent, checked copy of the database, also while the brain runs',
    details:
      'It holds conversations, notes, budgets and hashes of tokens, readable by its owner alone. The audit file, the\n' +
      'configuration file and keys are not in it.',
    args: [{ name: 'file', summary: 'where to write it; must not exist', required: true }],
    options: {},
    examples: ['bakerst backup ~/backups/bakerst-2026-11-22.db'],
    async run(input, parts) {
      const file = databaseOf(parts);
      if (!existsSync(file)) {
        throw cliError({
          code: 'cli_local_problem',
          message: `There is no database ${file}.`,
          remedy: 'Name the data folder with --home or BAKERST_HOME.',
        });
      }
      const target = resolve(input.arg(0));
      const { bytes } = backUpDatabase(file, target);
      const json = `${printableJson({ file: target, bytes })}\n`;
      parts.terminal.out(input.flag('json') ? json : `wrote ${bytes} bytes\n`);
      return EXIT.ok;
    },
  },
  {
    path: ['restore'],
    summary: 'put a backup in the place of the database; the brain must be stopped',
    details: 'The database that is replaced is kept beside it.',
    args: [{ name: 'file', summary: 'what `bakerst backup` wrote', required: true }],
    options: { yes: YES },
    examples: ['bakerst restore ~/backups/bakerst-2026-11-22.db'],
    async run(input, parts) {
      const file = databaseOf(parts);
      if (!(await confirmed(input, parts, `Replace ${file}?`))) return EXIT.failed;
      const restored = restoreBackup({ backup: resolve(input.arg(0)), file, now: parts.now });
      if (input.flag('json')) parts.terminal.out(`${printableJson(restored)}\n`);
      else {
        const kept = restored.replaced === undefined ? '' : `; the former database is ${restored.replaced}`;
        parts.terminal.out(`${printableLine(`restored ${restored.bytes} bytes${kept}`)}\n`);
      }
      return EXIT.ok;
    },
  },
];

/** Both work on the files of this machine, not through the API. */
function databaseOf({ profile }: CliParts): string {
  if (profile.kind === 'local') return join(profile.home, 'bakerst.db');
  throw cliError({
    code: 'cli_usage',
    message: 'Backup and restore work on the data folder of this machine.',
    remedy: 'Run them where the brain runs, without --url and BAKERST_URL.',
  });
}
