import assert from 'node:assert/strict';
import { Problem } from '@bakerst/shared/api/problem';
import { ROUTES } from '../routes.ts';

/** An error is a problem; everything else is exactly what the route's schema says, with nothing besides. */
export async function checkContract(method: string, path: string, response: Response): Promise<void> {
  const { pathname } = new URL(path, 'http://localhost');
  const type = response.headers.get('content-type') ?? '';
  if (/^\/(api|v1|healthz|readyz|metrics)/.test(pathname))
    assert.ok(!type.includes('html'), `HTML from ${path}`);
  if (type.startsWith('application/problem+json')) {
    Problem.strict().parse(await response.clone().json());
    return;
  }
  const found = ROUTES.find((one) => one.method === method && patternOf(one.path).test(pathname));
  if (!found || (pathname.startsWith('/v1/') && response.status >= 400)) return;
  const answer = found.answers[response.status];
  assert.ok(answer, `${method} ${path} answered an undocumented ${response.status}`);
  if (!answer.schema) return;
  const body: unknown = await response.clone().json();
  assert.deepEqual(answer.schema.parse(body), body, `${method} ${path} answers more than its schema`);
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:[a-z]+/g, '[^/]+')}$`);
}
