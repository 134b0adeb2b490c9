import { access, constants, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { runProgram } from './run-program.ts';

/** Programs that some tests need and npm cannot bring. Without them those tests skip and say so. */
const NEEDS = [
  { program: 'bwrap', debianPackage: 'bubblewrap', versionOf: /bubblewrap \d+/ },
  { program: 'chromium', debianPackage: 'chromium', versionOf: /Chromium \d+/ },
] as const;

const SMALL_MODEL_TIMEOUT_MS = 300_000;

/** Fetches what tests need and is missing. Never throws and never fails a run; it returns what there is to say. */
export async function fetchTestNeeds(root: string, path: string): Promise<readonly string[]> {
  const said = await Promise.all([fetchPrograms(root, path), fetchSmallModel(root)]);
  return said.flat();
}

/** The small real language model, into a cache of this machine; once there, it is only looked at. */
async function fetchSmallModel(root: string): Promise<readonly string[]> {
  const args = [join(root, 'scripts', 'smollm.ts'), '--prepare'];
  const fetched = await runProgram(process.execPath, args, { cwd: root, timeoutMs: SMALL_MODEL_TIMEOUT_MS });
  if (!fetched.ok) return [`tests that need the small model will skip (${lastLine(fetched.output)})`];
  return fetched.output === '' ? [] : ['fetched the small model for the tests (SmolLM2-135M)'];
}

/**
 * Where that is possible without asking: as root on Debian, from the distribution's own signed archives (apt checks
 * the signatures).
 */
async function fetchPrograms(root: string, path: string): Promise<readonly string[]> {
  const missing = await findMissing(path);
  if (missing.length === 0) return [];
  const names = missing.map((need) => need.debianPackage).join(' ');
  const remedy = `tests that need ${names} will skip: apt-get install ${names}`;
  if (process.getuid?.() !== 0 || !(await isDebian())) return [remedy];
  const apt = (args: readonly string[]) =>
    runProgram('apt-get', args, {
      cwd: root,
      env: { PATH: path, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
      timeoutMs: 600_000,
    });
  await apt(['-q', 'update']);
  const installed = await apt(['-q', 'install', '-y', '--no-install-recommends', ...names.split(' ')]);
  if (!installed.ok) return [`${remedy} (apt-get failed: ${lastLine(installed.output)})`];
  return Promise.all(missing.map((need) => describeInstalled(root, need)));
}

type Need = (typeof NEEDS)[number];

async function findMissing(path: string): Promise<Need[]> {
  const found = await Promise.all(NEEDS.map((need) => isOnPath(need.program, path)));
  return NEEDS.filter((_, index) => found[index] === false);
}

async function isOnPath(program: string, path: string): Promise<boolean> {
  for (const folder of path.split(delimiter)) {
    const found = await access(join(folder, program), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}

async function isDebian(): Promise<boolean> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID(_LIKE)?=.*debian/m.test(release);
}

async function describeInstalled(root: string, need: Need): Promise<string> {
  const answer = await runProgram(need.program, ['--version'], { cwd: root, timeoutMs: 20_000 });
  const version = need.versionOf.exec(answer.output)?.[0];
  return version === undefined
    ? `installed ${need.debianPackage}, but it does not answer --version: tests that need it will skip`
    : `installed ${need.debianPackage} for the tests (${version})`;
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}
