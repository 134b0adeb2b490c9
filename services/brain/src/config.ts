import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearestName } from '@bakerst/shared/nearest-name';
import { BootSettings, type SettingSource } from '@bakerst/shared/settings';
import { type ConfigFile, readConfigFile } from './configuration/config-file.ts';
import { ENVIRONMENT, type Environment, readVariable } from './configuration/environment.ts';
import { absolutePath, prepareHome } from './configuration/home-folder.ts';
import type { PathPart } from './configuration/json-document.ts';
import { checkProviders, DISCOVERED_KEYS } from './configuration/provider-names.ts';
import { deepFreeze, leavesOf, SettingOverlay } from './configuration/setting-sources.ts';
import { atPlace, dotted, settingsProblem } from './configuration/settings-problem.ts';

/** What the command line may say; text as it was typed. */
export interface ConfigFlags {
  readonly port?: string;
  readonly host?: string;
  readonly home?: string;
  readonly config?: string;
}

export interface ConfigInputs {
  readonly env: Environment;
  readonly flags: ConfigFlags;
  /** The user's home folder. */
  readonly userHome: string;
}

/** The boot settings, read once and frozen. */
export interface LoadedConfig {
  readonly settings: BootSettings;
  /** Data folder. */
  readonly home: string;
  readonly configFile: string;
  /** By dotted path of each value in `settings`. */
  readonly sources: ReadonlyMap<string, SettingSource>;
  /** For the log, in plain words: a file that was written, a folder that others can read. */
  readonly notices: readonly string[];
}

const SCHEMA_FILE = fileURLToPath(new URL('../../../docs/config.schema.json', import.meta.url));

/**
 * Default, then file, then environment, then command line; the last one that says something holds.
 * @throws CodedError `home_unusable`, `config_unreadable`, `config_malformed`, `config_invalid`: one line and a remedy.
 */
export function loadConfig({ env, flags, userHome }: ConfigInputs): LoadedConfig {
  const home = absolutePath(flags.home ?? readVariable(env, 'BAKERST_HOME') ?? '~/.bakerst', userHome);
  const notices: string[] = [...mistypedVariables(env)];
  const openHome = prepareHome(home);
  if (openHome !== undefined) notices.push(openHome);

  const named = flags.config ?? readVariable(env, 'BAKERST_CONFIG');
  const configFile = named === undefined ? join(home, 'config.json') : absolutePath(named, userHome);
  const file = readConfigFile(configFile, { mayStart: named === undefined, schemaFile: SCHEMA_FILE });
  if (file.started) {
    notices.push(`Wrote a configuration file to begin with: ${configFile}`);
  }

  const overlay = new SettingOverlay(file.raw);
  applyEnvironment(overlay, env);
  applyFlags(overlay, flags);
  discoverKeys(overlay, env);
  return { home, configFile, notices, ...parse({ overlay, file, configFile }) };
}

interface Gathered {
  readonly overlay: SettingOverlay;
  readonly file: ConfigFile;
  readonly configFile: string;
}

function parse({ overlay, file, configFile }: Gathered): Pick<LoadedConfig, 'settings' | 'sources'> {
  const whereIs = (path: readonly PathPart[]): string => {
    const source = overlay.sourceOf(path);
    if (source?.kind === 'environment') return source.name;
    return atPlace(configFile, nearestPlace(file, path));
  };
  const parsed = BootSettings.safeParse(overlay.value);
  if (!parsed.success) throw settingsProblem(parsed.error, { whereIs });
  checkProviders(parsed.data.providers, whereIs);

  const sources = new Map<string, SettingSource>();
  for (const { path } of leavesOf(parsed.data)) {
    const fromFile: SettingSource | undefined =
      file.placeOf(path) === undefined ? undefined : { kind: 'file', path: configFile };
    sources.set(dotted(path), overlay.sourceOf(path) ?? fromFile ?? { kind: 'default' });
  }
  return { settings: deepFreeze(parsed.data), sources };
}

/** The place of the value, or of the innermost thing around it that the file does say. */
function nearestPlace(file: ConfigFile, path: readonly PathPart[]) {
  for (let length = path.length; length >= 0; length -= 1) {
    const place = file.placeOf(path.slice(0, length));
    if (place !== undefined) return place;
  }
  return undefined;
}

function applyEnvironment(overlay: SettingOverlay, env: Environment): void {
  for (const { name, path, read } of ENVIRONMENT) {
    const text = readVariable(env, name);
    if (path === undefined || text === undefined) continue;
    overlay.set(path, read === undefined ? text : read(text), { kind: 'environment', name });
  }
}

function applyFlags(overlay: SettingOverlay, { port, host }: ConfigFlags): void {
  if (host !== undefined) overlay.set(['server', 'host'], host, { kind: 'environment', name: '--host' });
  if (port === undefined) return;
  const value = /^\d+$/.test(port) ? Number(port) : port;
  overlay.set(['server', 'port'], value, { kind: 'environment', name: '--port' });
}

/** A key in the environment is used where the file names none for that provider. */
function discoverKeys(overlay: SettingOverlay, env: Environment): void {
  const configured = new Set(
    DISCOVERED_KEYS.map(({ provider }) => provider).filter((provider) =>
      (['apiKey', 'oauthToken'] as const).some((field) => overlay.has(['providers', provider, field])),
    ),
  );
  for (const { variable, provider, field } of DISCOVERED_KEYS) {
    if (configured.has(provider) || readVariable(env, variable) === undefined) continue;
    const how = `${variable} is set in the environment`;
    overlay.set(['providers', provider, field], `env:${variable}`, { kind: 'discovered', how });
  }
}

/** Kubernetes and shells add variables of their own, so an unknown one is only pointed at where it is a near miss. */
function mistypedVariables(env: Environment): readonly string[] {
  const known = ENVIRONMENT.map((variable) => variable.name);
  return Object.keys(env).flatMap((name) => {
    if (!name.startsWith('BAKERST_') || known.includes(name)) return [];
    const near = nearestName(
      name.slice('BAKERST_'.length),
      known.map((other) => other.slice('BAKERST_'.length)),
    );
    return near === undefined ? [] : [`${name} is not read. Did you mean BAKERST_${near}?`];
  });
}
