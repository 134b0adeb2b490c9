import { openAiRoutes } from './openai/openai-routes.ts';
import type { Route } from './route.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { attachmentRoutes } from './routes/attachments.ts';
import { authRoutes } from './routes/auth.ts';
import { configurationRoutes } from './routes/configuration.ts';
import { conversationRoutes } from './routes/conversations.ts';
import { grantRoutes } from './routes/grants.ts';
import { messageRoutes } from './routes/messages.ts';
import { peopleRoutes } from './routes/people.ts';
import { policyRoutes } from './routes/policy.ts';
import { probeRoutes } from './routes/probes.ts';
import { stopRoutes } from './routes/stops.ts';
import { systemRoutes } from './routes/system.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { turnRoutes } from './routes/turns.ts';

/** Every operation there is. `app.ts` registers these, `openapi.ts` describes these. */
export const ROUTES: readonly Route[] = [
  ...authRoutes,
  ...peopleRoutes,
  ...tokenRoutes,
  ...conversationRoutes,
  ...messageRoutes,
  ...turnRoutes,
  ...approvalRoutes,
  ...grantRoutes,
  ...stopRoutes,
  ...attachmentRoutes,
  ...configurationRoutes,
  ...policyRoutes,
  ...systemRoutes,
  ...probeRoutes,
  ...openAiRoutes,
];
