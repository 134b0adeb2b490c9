import type { SandboxLauncher } from '@bakerst/shared/sandbox';

/** `skip` of a test that needs real sandboxes: false where they work, else why they do not. */
export async function needsBubblewrap(launcher: SandboxLauncher): Promise<string | false> {
  const { available, detail, remedy } = await launcher.probe();
  return available ? false : `needs bubblewrap: ${detail} (${remedy ?? 'no remedy known'})`;
}
