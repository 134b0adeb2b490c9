import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { configurationError } from './errors.ts';
import { type JsonDocument, parseJsonDocument } from './json-document.ts';
import { isTree } from './setting-sources.ts';
import { atPlace } from './settings-problem.ts';

export interface ConfigFile {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly placeOf: Extract<JsonDocument, { ok: true }>['placeOf'];
  /** True where it was not there and has just been written. */
  readonly started: boolean;
}

const MAX_BYTES = 1_048_576;

/**
 * Reads the configuration file; where the default one is missing, writes one to begin with.
 * @throws CodedError `config_unreadable`, `config_malformed`
 */
export function readConfigFile(file: string, { mayStart, schemaFile }: StartOptions): ConfigFile {
  const started = mayStart && startFile(file, schemaFile);
  const text = readText(file);
  const document = parseJsonDocument(text);
  if (!document.ok) {
    throw configurationError({
      code: 'config_malformed',
      message: `${atPlace(file, document.place)} ${document.problem}.`,
      remedy: 'Correct the file at that place and start again.',
    });
  }
  if (!isTree(document.value)) {
    throw configurationError({
      code: 'config_malformed',
      message: `${file} should hold an object: { ... }.`,
      remedy: 'Write {} for a configuration without settings.',
    });
  }
  return { raw: document.value, placeOf: document.placeOf, started };
}

export interface StartOptions {
  /** Only the default place: a file that was named and is missing is a typing error. */
  readonly mayStart: boolean;
  readonly schemaFile: string;
}

function startFile(file: string, schemaFile: string): boolean {
  const starter = { $schema: pathToFileURL(schemaFile).href };
  try {
    // `wx`: whatever is there already stays.
    writeFileSync(file, `${JSON.stringify(starter, null, 2)}\n`, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw unreadable(file, error);
  }
}

function readText(file: string): string {
  try {
    const { mode, size } = statSync(file);
    if ((mode & 0o002) !== 0) {
      throw configurationError({
        code: 'config_unreadable',
        message: `${file} can be written by every user of this machine, so what it allows cannot be trusted.`,
        remedy: `Run: chmod o-w ${file}`,
      });
    }
    if (size > MAX_BYTES) {
      throw configurationError({
        code: 'config_unreadable',
        message: `${file} is larger than 1 MB.`,
        remedy: 'Name the right file with BAKERST_CONFIG or --config.',
      });
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'syscall' in error) throw unreadable(file, error);
    throw error;
  }
}

function unreadable(file: string, cause: unknown) {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  const missing = code === 'ENOENT';
  return configurationError({
    code: 'config_unreadable',
    message: missing ? `${file} does not exist.` : `${file} cannot be read or written (${code}).`,
    remedy: missing
      ? 'Correct BAKERST_CONFIG or --config, or make the file; {} is enough.'
      : 'Give this user access to it, or name another file with BAKERST_CONFIG or --config.',
    cause,
  });
}
