import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CodedError } from '@bakerst/shared/coded-error';
import { type ConfigFlags, loadConfig } from './config.ts';
import { configurationError } from './configuration/errors.ts';
import { type RunningBrain, startBrain } from './start-brain.ts';

const CONSOLE = fileURLToPath(new URL('../../ui/dist', import.meta.url));
const PACKAGE = fileURLToPath(new URL('../package.json', import.meta.url));

/** The brain as a program: reads flags and environment, starts, tells the person where it is, stops on a signal. */
export async function main(host: NodeJS.Process): Promise<void> {
  const show = (line: string) => host.stderr.write(`${line}\n`);
  const signals = watchSignals(host, show);
  try {
    const brain = await startFrom(host, show);
    await greet(brain, (line) => host.stdout.write(`${line}\n`));
    await signals.asked;
    await brain.stop();
  } catch (error) {
    show(explain(error));
    host.exitCode = 1;
  } finally {
    signals.forget();
  }
}

async function startFrom(host: NodeJS.Process, show: (line: string) => void): Promise<RunningBrain> {
  const config = loadConfig({ env: host.env, flags: readFlags(host.argv.slice(2)), userHome: homedir() });
  for (const notice of config.notices) show(notice);
  const hasConsole = existsSync(CONSOLE);
  return startBrain({
    config,
    env: host.env,
    version: readVersion(),
    show,
    ...(hasConsole && { consoleDir: CONSOLE }),
  });
}

/** @throws CodedError `config_invalid` */
function readFlags(args: readonly string[]): ConfigFlags {
  const { port, host, home, config } = parseFlags(args);
  return {
    ...(port !== undefined && { port }),
    ...(host !== undefined && { host }),
    ...(home !== undefined && { home }),
    ...(config !== undefined && { config }),
  };
}

function parseFlags(args: readonly string[]) {
  const string = { type: 'string' } as const;
  const options = { port: string, host: string, home: string, config: string };
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (!code.startsWith('ERR_PARSE_ARGS_') || !(cause instanceof Error)) throw cause;
    const [what = ''] = cause.message.split(/\.\s/);
    throw configurationError({
      code: 'config_invalid',
      message: `${what.replace(/\.$/, '')}.`,
      remedy:
        'Options are --port, --host, --home and --config, each with a value; see `npm start -- --help`.',
      cause,
    });
  }
}

async function greet(brain: RunningBrain, say: (line: string) => void): Promise<void> {
  const link = await brain.loginLink();
  const model =
    brain.model === 'demo/demo'
      ? 'No model key was found: the demo model answers. Set ANTHROPIC_API_KEY, OPENAI_API_KEY or OPENROUTER_API_KEY, or start Ollama.'
      : `Model: ${brain.model}`;
  say(`Baker Street is ready at ${brain.url}`);
  say(model);
  say(`Open the console, once within 15 minutes: ${link}`);
}

/**
 * Listened to from the first moment: a signal during the start must not kill what has just been opened. The first one
 * drains; a second one ends at once, which loses nothing either.
 */
function watchSignals(
  host: NodeJS.Process,
  show: (line: string) => void,
): { readonly asked: Promise<void>; forget(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  let stopping = false;
  const onSignal = () => {
    if (stopping) host.exit(130);
    stopping = true;
    show('Stopping: running turns get a moment. Once more to stop at once; they go on at the next start.');
    resolve();
  };
  host.on('SIGINT', onSignal);
  host.on('SIGTERM', onSignal);
  return {
    asked: promise,
    forget: () => {
      host.off('SIGINT', onSignal);
      host.off('SIGTERM', onSignal);
    },
  };
}

/** One clear line and its remedy; the stack of a defect is for the log, not for the person. */
function explain(error: unknown): string {
  if (error instanceof CodedError) return `error: ${error.message} ${error.remedy}`;
  return `error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string };
  return version;
}
