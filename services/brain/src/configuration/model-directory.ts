import { splitRef } from '@bakerst/models/catalog';
import type { ModelRouter } from '@bakerst/models/model-router';
import type { ModelRole } from '@bakerst/shared/models';
import type { ModelDirectory } from '../http/parts.ts';
import { modelReferenceProblem, type ReferenceContext } from './model-reference.ts';

/** The models as people and clients see them. */
export function createModelDirectory(
  router: Pick<ModelRouter, 'list' | 'chain'>,
  references: () => ReferenceContext,
): ModelDirectory {
  return {
    async list() {
      const items = router.list().map(({ info, health, roles }) => ({
        ...info,
        provider: splitRef(info.ref)[0],
        state: health.state,
        ...(health.detail === undefined ? {} : { detail: health.detail }),
        roles: [...roles],
      }));
      const chain = (role: ModelRole) => [...router.chain(role)];
      const roles = {
        agent: chain('agent'),
        worker: chain('worker'),
        observer: chain('observer'),
        planner: chain('planner'),
        reflector: chain('reflector'),
      } satisfies Record<ModelRole, string[]>;
      return { items, roles };
    },
    requireKnown(ref) {
      const problem = modelReferenceProblem(ref, references());
      if (problem !== undefined) throw problem;
    },
  };
}
