#!/usr/bin/env node
// JavaScript, because it must also start under an old Node: it hands over to the project's own.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const built = join(folder, '..', 'src', 'main.js');
const source = join(folder, '..', 'src', 'main.ts');
const program = existsSync(source) ? source : built;

if (Number(process.versions.node.split('.')[0]) >= 24) {
  const { enableCompileCache } = await import('node:module');
  enableCompileCache();
  await import(program);
} else {
  const result = spawnSync(projectNode(), [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  if (result.error) process.stderr.write('bakerst needs Node 24 or newer. Remedy: npm install\n');
  process.exitCode = result.status ?? 1;
}

function projectNode() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
  } catch {
    return 'node24';
  }
}
