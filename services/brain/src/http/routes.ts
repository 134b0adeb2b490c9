import type { Route } from './route.ts';
import { authRoutes } from './routes/auth.ts';
import { messageRoutes } from './routes/messages.ts';
import { turnRoutes } from './routes/turns.ts';

/** Every operation there is. `app.ts` registers these, `openapi.ts` describes these. */
export const ROUTES: readonly Route[] = [...authRoutes, ...messageRoutes, ...turnRoutes];
