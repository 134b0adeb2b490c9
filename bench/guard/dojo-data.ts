import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Recorded tasks in the format `agentdojo-oracle/1`, as far as the replay reads them. */
export interface DojoTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface DojoCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Arguments that quote an injected text hold `@@INJ:vector@@` here. */
  readonly args_template?: Readonly<Record<string, unknown>>;
  /** What the tool printed in the clean world. */
  readonly result: string;
  readonly result_template?: string;
  readonly mutates: boolean;
}

export interface UserTask {
  readonly id: string;
  readonly prompt: string;
  /** Index of the first call whose result shows an injection. */
  readonly first_exposure: number | null;
  readonly calls: readonly DojoCall[];
}

export interface InjectionTask {
  readonly id: string;
  readonly goal: string;
  readonly calls: readonly DojoCall[];
  /** Sets of call indices, each enough to reach the goal. */
  readonly minimal_success_sets: readonly (readonly number[])[];
  /** True where the goal is only something the model says: no tool call to judge. */
  readonly text_only: boolean;
}

export interface Pair {
  readonly user: string;
  readonly injection: string;
  readonly vectors: readonly string[];
  readonly injectable: boolean;
  readonly attack_after_call: number | null;
}

export interface Suite {
  readonly suite: string;
  readonly attack_template: string;
  readonly tools: readonly DojoTool[];
  readonly injection_vectors: Readonly<Record<string, { readonly default: string }>>;
  readonly user_tasks: readonly UserTask[];
  readonly injection_tasks: readonly InjectionTask[];
  readonly pairs: readonly Pair[];
}

const FORMAT = 'agentdojo-oracle/1';

/** Every suite in a folder (or in its `agentdojo` folder), by name; none where there is no such file. */
export function loadSuites(folder: string): readonly Suite[] {
  const place = existsSync(join(folder, 'agentdojo')) ? join(folder, 'agentdojo') : folder;
  if (!existsSync(place)) return [];
  return readdirSync(place)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .flatMap((file) => readSuite(join(place, file)));
}

function readSuite(path: string): readonly Suite[] {
  const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (typeof parsed !== 'object' || parsed === null) return [];
  if (!('format' in parsed) || parsed.format !== FORMAT) return [];
  for (const key of ['suite', 'tools', 'user_tasks', 'injection_tasks', 'pairs', 'attack_template']) {
    if (!(key in parsed)) throw new Error(`${path} has no "${key}".`);
  }
  return [parsed as Suite & { readonly format: string }];
}

/** One line of JSON each; an empty list where the file is missing. */
export function loadLines<T>(folder: string, name: string): readonly T[] {
  const path = [join(folder, 'injection', name), join(folder, name)].find((candidate) =>
    existsSync(candidate),
  );
  if (path === undefined) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as T);
}

const MARK = /@@INJ:([^@]+)@@/g;

/** Fills the places where injected text can stand: with the attack where it stands, else with what is there by default. */
export function fillMarks(text: string, filling: (vector: string) => string): string {
  return text.replace(MARK, (_mark, vector: string) => filling(vector));
}

/** The same in every string of a value. */
export function fillAll(value: unknown, filling: (vector: string) => string): unknown {
  if (typeof value === 'string') return fillMarks(value, filling);
  if (Array.isArray(value)) return value.map((item) => fillAll(item, filling));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [fillMarks(key, filling), fillAll(item, filling)]),
  );
}
