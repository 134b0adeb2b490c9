import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runProgram } from './run-program.ts';

const HELP = `node scripts/build-cli.ts

Bundles the CLI as plain JavaScript into packages/cli/dist, ready to be packed: it needs Node 24 and nothing else.
`;

const ROOT = resolve(import.meta.dirname, '..');
const TARGET = join(ROOT, 'packages/cli/dist');

const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h', default: false } } });
if (values.help) process.stdout.write(HELP);
else process.exitCode = await build();

async function build(): Promise<number> {
  rmSync(TARGET, { recursive: true, force: true });
  mkdirSync(join(TARGET, 'bin'), { recursive: true });
  const bundled = await runProgram(
    'rolldown',
    ['packages/cli/src/main.ts', '--platform', 'node', '--format', 'esm', '--dir', join(TARGET, 'src')],
    { cwd: ROOT, timeoutMs: 120_000 },
  );
  if (!bundled.ok) {
    process.stderr.write(bundled.output);
    return 1;
  }
  cpSync(join(ROOT, 'packages/cli/bin/bakerst.js'), join(TARGET, 'bin/bakerst.js'));
  cpSync(join(ROOT, 'LICENSE'), join(TARGET, 'LICENSE'));
  const { name, version, license, type } = JSON.parse(
    readFileSync(join(ROOT, 'packages/cli/package.json'), 'utf8'),
  ) as Record<string, string>;
  const manifest = {
    name,
    version,
    license,
    type,
    bin: { bakerst: './bin/bakerst.js' },
    engines: { node: '>=24' },
  };
  writeFileSync(join(TARGET, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  process.stdout.write(`built ${TARGET}\n`);
  return 0;
}
