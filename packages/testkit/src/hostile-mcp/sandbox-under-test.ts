import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { SandboxLauncher } from '@bakerst/shared/sandbox';
import { createBubblewrapLauncher } from '@bakerst/task-executor/bubblewrap-launcher';
import { createUnconfinedLauncher } from '@bakerst/task-executor/unconfined-launcher';
import { needsBubblewrap } from './needs-bubblewrap.ts';

export interface SandboxUnderTest {
  readonly confined: SandboxLauncher;
  readonly unconfined: SandboxLauncher;
  /** A folder of its own below the system's temporary folder; the test removes it. */
  readonly folder: string;
  /** `skip` of tests that need a real sandbox. */
  readonly skip: string | false;
}

/** The real launchers, for tests of packages that may not import them. */
export async function sandboxUnderTest(): Promise<SandboxUnderTest> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sandbox-under-test-')));
  const searchPath = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`;
  const confined = createBubblewrapLauncher({ dataFolder: join(folder, 'data'), searchPath });
  return {
    confined,
    unconfined: createUnconfinedLauncher({ searchPath, home: folder }),
    folder,
    skip: await needsBubblewrap(confined),
  };
}
