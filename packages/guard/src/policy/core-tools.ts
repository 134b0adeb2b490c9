import { CoreToolPolicy } from '@bakerst/shared/policy';

/**
 * What the house's own tools do with their arguments. A policy may make one stricter under `core`; then what it says
 * stands for the whole tool. Notes are the person's own and carry the label of whoever wrote them, so that their title
 * and text are what is said.
 */
export const CORE_TOOLS: Readonly<Record<string, CoreToolPolicy>> = {
  write_note: CoreToolPolicy.parse({
    effect: 'write-private',
    idempotent: true,
    intents: [
      'note',
      'write * down',
      'jot * down',
      'remember',
      'keep * mind',
      'save * for later',
      'memo',
      'write * note',
      'make * list',
      'put * list',
    ],
    arguments: {
      title: { role: 'content', line: 'single' },
      text: { role: 'content' },
    },
  }),
};
