import { enableCompileCache } from 'node:module';
import { resolve } from 'node:path';
import { ensureConsole } from './console-build.ts';

const HELP = `npm start [-- options]

Starts Baker Street on this machine: API, console and agent in one process, state in one folder. It prints the address
and a one-time login link. Ctrl-C drains and stops; the next start continues what was unfinished.

Options
  --port <n>        port to listen on, 0 for a free one (default 4221; BAKERST_PORT)
  --host <address>  address to listen on (default 127.0.0.1; BAKERST_HOST)
  --home <folder>   data folder (default ~/.bakerst; BAKERST_HOME)
  --config <file>   configuration file (default config.json in the data folder; BAKERST_CONFIG)
  --no-build        do not build the console, also where its sources are newer
  --help            this text

Model keys: ANTHROPIC_OAUTH_TOKEN, ANTHROPIC_API_KEY, OPENAI_API_KEY or OPENROUTER_API_KEY are used where they are set,
and so is an Ollama on its default port. Without any the demo model answers. All settings: docs/configuration.md

Examples
  npm start
  npm start -- --port 8080 --home /srv/bakerst
  ANTHROPIC_API_KEY=... npm start
`;

const ROOT = resolve(import.meta.dirname, '..');
const args = process.argv.slice(2);

if (args.includes('--help') || args.includes('-h')) process.stdout.write(HELP);
else await start();

async function start(): Promise<void> {
  enableCompileCache(resolve(ROOT, 'node_modules', '.cache', 'compile'));
  if (!args.includes('--no-build')) await buildConsole();
  process.argv = [...process.argv.slice(0, 2), ...args.filter((arg) => arg !== '--no-build')];
  // Imported only now: whatever it loads comes from the compile cache.
  await import('../services/brain/src/main.ts');
}

/** A console that cannot be built must not keep the API from starting. */
async function buildConsole(): Promise<void> {
  const built = await ensureConsole(ROOT, () => {
    process.stderr.write('Building the console (only after its sources changed) ...\n');
  });
  if (built.outcome !== 'failed') return;
  process.stderr.write(`${built.output.trim()}\n`);
  process.stderr.write(
    'The console could not be built; the API starts without it. Try: npm run build:console\n',
  );
}
