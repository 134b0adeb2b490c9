import type { Command } from './command.ts';
import { serverReviewCommands } from './commands/accept-server.ts';
import { accessCommands } from './commands/access.ts';
import { approvalCommands } from './commands/approvals.ts';
import { backupCommands } from './commands/backup.ts';
import { catalogueCommands } from './commands/catalogue.ts';
import { chatCommand } from './commands/chat.ts';
import { completionCommand } from './commands/completion.ts';
import { configurationCommands } from './commands/configuration.ts';
import { conversationCommands } from './commands/conversations.ts';
import { doctorCommand } from './commands/doctor.ts';
import { explainCommand } from './commands/explain.ts';
import { mcpCommands } from './commands/mcp-servers.ts';
import { peopleCommands } from './commands/people.ts';
import { policyCommands } from './commands/policy.ts';
import { statusCommand } from './commands/status.ts';
import { stopCommands } from './commands/stops.ts';
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
  explainCommand,
  ...stopCommands,
  ...policyCommands,
  ...configurationCommands,
  ...catalogueCommands,
  ...mcpCommands,
  ...serverReviewCommands,
  ...accessCommands,
  ...peopleCommands,
  ...backupCommands,
  completionCommand(() => COMMANDS),
  versionCommand,
];
