import { resolve } from 'node:path';
import { ensureConsole } from './console-build.ts';

/** Builds the console unless it is fresh; for `bakerst doctor --fix` and for images. */
const built = await ensureConsole(resolve(import.meta.dirname, '..'), () => undefined);
if (built.outcome === 'failed') {
  process.stderr.write(built.output);
  process.exitCode = 1;
}
