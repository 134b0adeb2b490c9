import { checkWording } from './benign-text.ts';
import { type CheckFigures, checkDefinitions } from './changed-definitions.ts';
import { loadSuites } from './dojo-data.ts';
import { type InjecFigures, runInjecAgent } from './injecagent.ts';
import { type LatencyFigures, measureLatency } from './latency.ts';
import type { Labels } from './load-policy.ts';
import { replaySuite, type SuiteFigures, setStage } from './replay-suite.ts';
import { type ResidualTask, residualOfSuite } from './residual-authority.ts';
import { type VariedFigures, varyAttacks } from './varied-attacks.ts';

/** Everything about one suite under one kind of labels. */
export interface SuiteRun extends SuiteFigures {
  readonly residual: readonly ResidualTask[] | undefined;
  readonly varied: VariedFigures;
}

export interface BenchResults {
  readonly labels: readonly { readonly labels: Labels; readonly suites: readonly SuiteRun[] }[];
  readonly injecAgent: readonly InjecFigures[];
  readonly definitions: readonly CheckFigures[];
  readonly wording: readonly CheckFigures[];
  readonly latency: LatencyFigures | undefined;
}

export interface BenchOptions {
  readonly data: string;
  readonly policies: string;
  /** Without the adversary's search and the latency. */
  readonly isQuick: boolean;
  readonly tell: (line: string) => void;
}

/** Runs all of it; undefined where the folder holds none of the data. */
export function runBench({ data, policies, isQuick, tell }: BenchOptions): BenchResults | undefined {
  const suites = loadSuites(data);
  const injecAgent = runInjecAgent(data);
  if (suites.length === 0 && injecAgent.length === 0) return undefined;
  const latency = isQuick ? undefined : measureLatency();
  const labels = (['written', 'guessed'] as const).map((kind) => ({
    labels: kind,
    suites: suites.map((suite) => {
      tell(`${suite.suite} with ${kind} labels`);
      const stage = setStage(suite, kind, policies);
      const residual = isQuick ? undefined : residualOfSuite(stage);
      return { ...replaySuite(stage), varied: varyAttacks(stage), residual };
    }),
  }));
  return {
    labels,
    injecAgent,
    definitions: checkDefinitions(data),
    wording: checkWording(data),
    latency,
  };
}

/** What must not be, in words; empty where all is well. */
export function failuresOf({ labels, injecAgent, definitions, wording }: BenchResults): readonly string[] {
  const suites = labels.flatMap(({ labels: kind, suites: all }) =>
    all.flatMap((suite) => suiteFailures(suite, kind)),
  );
  const through = injecAgent
    .filter((one) => one.through.length > 0)
    .map((one) => `InjecAgent, ${one.policy}: ${one.through.length} attacks through`);
  const checks = [...definitions, ...wording]
    .filter(({ failed }) => failed.length > 0)
    .map(({ name, failed }) => `${name}: not for ${failed.slice(0, 5).join(', ')}`);
  return [...suites, ...through, ...checks];
}

function suiteFailures(suite: SuiteRun, kind: Labels): readonly string[] {
  const of = `${suite.suite}, ${kind} labels`;
  const through = suite.attacks.filter((attack) => attack.succeeded);
  const impossible = suite.tasks.filter((task) => task.denied > 0);
  const beside = suite.attacks.filter((attack) => attack.userDenied > 0);
  return [
    ...(through.length > 0 ? [`${of}: ${through.length} attacks through`] : []),
    ...(impossible.length > 0 ? [`${of}: impossible are ${impossible.map(({ id }) => id).join(', ')}`] : []),
    ...(beside.length > 0 ? [`${of}: ${beside.length} attacks make the user's own task impossible`] : []),
    ...(suite.varied.slips.length > 0
      ? [`${of}: ${suite.varied.slips.length} disguised values through`]
      : []),
  ];
}
