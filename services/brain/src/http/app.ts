import { Hono } from 'hono';
import { createEdge } from './edge.ts';
import { httpError } from './errors.ts';
import type { NodeBindings } from './exchange.ts';
import type { AppParts } from './parts.ts';
import { ROUTES } from './routes.ts';
import { createPipeline } from './serve-route.ts';

/** The HTTP edge: every route of the table behind the one pipeline, 405 for other methods on their paths, and the console. */
export function createApp(parts: AppParts): Hono<{ Bindings: NodeBindings }> {
  const pipeline = createPipeline(parts, createEdge(parts));
  const app = new Hono<{ Bindings: NodeBindings }>();
  for (const route of ROUTES) app.on(route.method, route.path, (c) => pipeline.serve(c, route));
  for (const [path, allow] of allowedMethods()) {
    app.all(path, (c) =>
      pipeline.serveOther(c, { label: 'other method', navigation: false, answer: () => wrongMethod(allow) }),
    );
  }
  app.notFound((c) => pipeline.serveOther(c, { label: 'no route', navigation: false, answer: noRoute }));
  return app;
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

function noRoute(): never {
  throw httpError({
    code: 'route_not_found',
    message: 'There is nothing at this path.',
    remedy: 'The operations are listed in /api/v1/openapi.json.',
  });
}
