import type { Command } from './command.ts';
import { accessCommands } from './commands/access.ts';
import { approvalCommands } from './commands/approvals.ts';
import { backupCommands } from './commands/backup.ts';
import { catalogueCommands } from './commands/catalogue.ts';
import { chatCommand } from './commands/chat.ts';
import { completionCommand } from './commands/completion.ts';
import { configurationCommands } from './commands/configuration.ts';
import { conversationCommands } from './commands/conversations.ts';
import { doctorCommand } from './commands/doctor.ts';
import { mcpCommands } from './commands/mcp-servers.ts';
import { statusCommand } from './commands/status.ts';
import { upCommand } from './commands/up.ts';
import { versionCommand } from './commands/version.ts';

/** Every command there is, in the order help shows them. */
export const COMMANDS: readonly Command[] = [
  upCommand,
  chatCommand,
  statusCommand,
  doctorCommand,
  ...conversationCommands,
  ...approvalCommands,
  ...configurationCommands,
  ...catalogueCommands,
  ...mcpCommands,
  ...accessCommands,
  ...backupCommands,
  completionCommand(() => COMMANDS),
  versionCommand,
];
