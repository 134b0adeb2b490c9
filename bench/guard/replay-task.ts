import { type DojoCall, fillAll, fillMarks, type UserTask } from './dojo-data.ts';
import type { Offer } from './offered-tools.ts';
import { readResult } from './read-result.ts';
import { type JudgedCall, type Outcome, Recording, type Setting } from './recorded-steps.ts';

/** What became of one of the task's own calls. */
export interface ReplayedCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly judged: JudgedCall;
  /** What the policy says the call does. */
  readonly effect: JudgedCall['call']['effect'];
  readonly tainted: boolean;
}

export interface Replay {
  readonly calls: readonly ReplayedCall[];
  /** The moment after each call, in order. */
  readonly moments: readonly Recording[];
  readonly begin: Recording;
}

export interface ReplayOptions {
  readonly setting: Setting;
  readonly offer: Offer;
  /** Injected texts by vector; what is not named holds its default. */
  readonly injected?: ReadonlyMap<string, string>;
  readonly defaults: (vector: string) => string;
}

/** Performs a task's recorded calls; what is asked is approved, without an endorsement. */
export function replayTask(task: UserTask, options: ReplayOptions): Replay {
  const begin = Recording.begin(options.setting, task.prompt);
  const calls: ReplayedCall[] = [];
  const moments: Recording[] = [];
  let now = begin;
  for (const call of task.calls) {
    const performed = performCall(now, call, options);
    if (performed) {
      calls.push(performed.replayed);
      now = performed.after;
    }
    moments.push(now);
  }
  return { calls, moments, begin };
}

/**
 * One recorded call of the user's task: proposed, judged, approved where it is asked, and answered. Undefined for a tool
 * that the suite does not offer: the registry answers that without asking the guard.
 */
export function performCall(
  now: Recording,
  call: DojoCall,
  options: ReplayOptions,
): { readonly replayed: ReplayedCall; readonly after: Recording } | undefined {
  const definition = options.offer.get(call.tool);
  if (!definition) return undefined;
  const fill = fillingOf(options);
  const source = options.injected && call.args_template ? fillAll(call.args_template, fill) : call.args;
  const args = source as Readonly<Record<string, unknown>>;
  const { proposed, judged } = now.propose(definition, args);
  const replayed = {
    tool: call.tool,
    args,
    judged,
    effect: judged.call.effect,
    tainted: proposed.label.integrity === 'untrusted',
  };
  const isDenied = judged.verdict.decision === 'deny';
  const after = isDenied ? proposed.refused(judged) : proposed.ran(judged, outcomeOf(call, options));
  return { replayed, after };
}

/** What a recorded call returned, with injected text where it stands. */
export function outcomeOf(call: DojoCall, options: Pick<ReplayOptions, 'injected' | 'defaults'>): Outcome {
  const isClean = options.injected === undefined || call.result_template === undefined;
  const source = isClean ? call.result : (call.result_template ?? call.result);
  const fill = fillingOf(options);
  const structured = readResult(source, fill);
  return { text: fillMarks(source, fill), ...(structured !== undefined && { structured }) };
}

function fillingOf({ injected, defaults }: Pick<ReplayOptions, 'injected' | 'defaults'>) {
  return (vector: string) => injected?.get(vector) ?? defaults(vector);
}
