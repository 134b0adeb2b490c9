import { gzipSync } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';

export interface FirstLoadBudget {
  /** The route a signed-in person lands on, relative to the root; its chunk counts as first load. */
  readonly route: string;
  /** Font files that the first screen fetches. */
  readonly fonts: RegExp;
  readonly limitBytes: number;
}

/** Prints what a first visit downloads (gzip) and fails the build above the limit. */
export function enforceFirstLoad(budget: FirstLoadBudget): Plugin {
  return {
    name: 'bakerst-first-load',
    apply: 'build',
    writeBundle(_options, bundle) {
      const bytes = firstLoadBytes(bundle, budget);
      const line = `first load ${kB(bytes)} gzip (limit ${kB(budget.limitBytes)})`;
      if (bytes > budget.limitBytes) throw new Error(`${line}: move something into a route chunk`);
      this.info(line);
    },
  };
}

function firstLoadBytes(bundle: Rolldown.OutputBundle, budget: FirstLoadBudget): number {
  const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
  const wanted = new Set<string>();
  const add = (name: string): void => {
    if (wanted.has(name)) return;
    wanted.add(name);
    const chunk = bundle[name];
    if (chunk?.type !== 'chunk') return;
    for (const css of chunk.viteMetadata?.importedCss ?? []) wanted.add(css);
    for (const imported of chunk.imports) add(imported);
  };
  const isRoute = (id: string | null): boolean => id?.endsWith(budget.route) ?? false;
  for (const chunk of chunks) if (chunk.isEntry || isRoute(chunk.facadeModuleId)) add(chunk.fileName);
  if (!chunks.some((chunk) => isRoute(chunk.facadeModuleId))) throw new Error(`no chunk for ${budget.route}`);
  for (const name of Object.keys(bundle))
    if (budget.fonts.test(name) || name === 'index.html') wanted.add(name);
  let total = 0;
  for (const name of wanted) total += gzipBytes(bundle[name]);
  return total;
}

function gzipBytes(file: Rolldown.OutputAsset | Rolldown.OutputChunk | undefined): number {
  if (file === undefined) return 0;
  return gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 }).length;
}

function kB(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
