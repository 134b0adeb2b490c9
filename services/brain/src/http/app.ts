import { Hono } from 'hono';
import { createConsoleFiles } from './console-files.ts';
import { createEdge } from './edge.ts';
import { httpError } from './errors.ts';
import type { NodeBindings } from './exchange.ts';
import type { AppParts } from './parts.ts';
import { ROUTES } from './routes.ts';
import { type AppContext, createPipeline } from './serve-route.ts';

/** The HTTP edge: every route of the table behind the one pipeline, 405 for other methods on their paths, the console. */
export function createApp(parts: AppParts): Hono<{ Bindings: NodeBindings }> {
  const pipeline = createPipeline(parts, createEdge(parts, ROUTES));
  const files = createConsoleFiles(parts.consoleDir);
  const app = new Hono<{ Bindings: NodeBindings }>();
  for (const route of ROUTES) app.on(route.method, route.path, (c) => pipeline.serve(c, route));
  for (const [path, allow] of allowedMethods()) {
    const answer = () => wrongMethod(allow);
    app.all(path, (c) => pipeline.serveOther(c, { label: 'other method', navigation: false, answer }));
  }
  app.notFound((c) =>
    pipeline.serveOther(c, { label: 'console', navigation: true, answer: () => files(consoleRequest(c)) }),
  );
  return app;
}

function consoleRequest(c: AppContext) {
  const { pathname } = new URL(c.req.url);
  return {
    method: c.req.method,
    path: pathname === '/' ? '/index.html' : pathname,
    accept: c.req.header('accept'),
    acceptEncoding: c.req.header('accept-encoding'),
    ifNoneMatch: c.req.header('if-none-match'),
  };
}

function allowedMethods(): ReadonlyMap<string, string> {
  const allowed = new Map<string, string>();
  for (const { path, method } of ROUTES) {
    const methods = method === 'GET' ? 'GET, HEAD' : method;
    const known = allowed.get(path);
    allowed.set(path, known === undefined ? methods : `${known}, ${methods}`);
  }
  return allowed;
}

function wrongMethod(allow: string): never {
  throw httpError({
    code: 'method_not_allowed',
    message: 'This path does not take this method.',
    remedy: `Use ${allow}.`,
    headers: { allow },
  });
}
