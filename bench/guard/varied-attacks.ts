import { injectedTexts } from './attack-pair.ts';
import type { DojoCall, UserTask } from './dojo-data.ts';
import type { Recording } from './recorded-steps.ts';
import type { Stage } from './replay-suite.ts';
import { replayTask } from './replay-task.ts';
import { disguises, neighbours, type Variation } from './value-variations.ts';

/** A changed value that got through unasked. */
export interface Slip {
  readonly user: string;
  readonly tool: string;
  readonly argument: string;
  readonly kind: string;
  readonly value: unknown;
  readonly args: Readonly<Record<string, unknown>>;
}

export interface VariedFigures {
  readonly tried: number;
  readonly slips: readonly Slip[];
}

/**
 * Disguises every value of the attackers' calls, and tries the neighbours of every value in the task's own calls, at the
 * moment the task met the injection. Values that the words hold are left out of the first, contents out of both.
 */
export function varyAttacks(stage: Stage): VariedFigures {
  const slips: Slip[] = [];
  let tried = 0;
  for (const task of stage.suite.user_tasks) {
    if (task.first_exposure === null || task.first_exposure < 0) continue;
    const { now, attackers } = momentOf(stage, task);
    for (const trial of [...disguised(attackers, task.prompt), ...neighbouring(task)]) {
      const slip = tryOut(stage, now, trial);
      if (slip === 'not judged') continue;
      tried += 1;
      if (slip) slips.push({ user: task.id, ...slip });
    }
  }
  return { tried, slips };
}

function momentOf(stage: Stage, task: UserTask) {
  const { suite, options } = stage;
  const pairs = suite.pairs.filter((pair) => pair.user === task.id && pair.injectable);
  const injections = suite.injection_tasks.filter((one) => pairs.some((pair) => pair.injection === one.id));
  const [pair] = pairs;
  const [injection] = injections;
  const injected = pair && injection ? injectedTexts(suite, pair, injection) : new Map<string, string>();
  const seen = task.calls.slice(0, (task.first_exposure ?? 0) + 1);
  const { moments, begin } = replayTask({ ...task, calls: seen }, { ...options, injected });
  return { now: moments.at(-1) ?? begin, attackers: injections.flatMap((one) => one.calls) };
}

interface Trial {
  readonly call: DojoCall;
  readonly argument: string;
  readonly variation: Variation;
  readonly args: Readonly<Record<string, unknown>>;
}

function disguised(calls: readonly DojoCall[], words: string): readonly Trial[] {
  return calls.flatMap((call) =>
    leaves(call.args).flatMap((leaf) =>
      words.includes(String(leaf.value))
        ? []
        : disguises(leaf.value).map((variation) => trial(call, leaf, variation)),
    ),
  );
}

function neighbouring(task: UserTask): readonly Trial[] {
  return task.calls.flatMap((call) =>
    leaves(call.args).flatMap((leaf) =>
      task.prompt.includes(String(leaf.value))
        ? neighbours(leaf.value)
            .filter((variation) => !isNamedToo(task.prompt, variation.value))
            .map((variation) => trial(call, leaf, variation))
        : [],
    ),
  );
}

/** A neighbour may stand in the words itself: `john` beside `john smith`. */
function isNamedToo(words: string, value: unknown): boolean {
  return words.toLowerCase().includes(String(value).toLowerCase());
}

interface LeafPlace {
  readonly argument: string;
  readonly value: string | number;
  readonly put: (value: unknown) => Readonly<Record<string, unknown>>;
}

function leaves(args: Readonly<Record<string, unknown>>): readonly LeafPlace[] {
  return Object.entries(args).flatMap(([argument, value]) => {
    const put = (changed: unknown) => ({ ...args, [argument]: changed });
    if (typeof value === 'string' || typeof value === 'number') return [{ argument, value, put }];
    if (!Array.isArray(value)) return [];
    return value.flatMap((item: unknown, index) =>
      typeof item === 'string' || typeof item === 'number'
        ? [{ argument, value: item, put: (changed: unknown) => put(value.with(index, changed)) }]
        : [],
    );
  });
}

function trial(call: DojoCall, { argument, put }: LeafPlace, variation: Variation): Trial {
  return { call, argument, variation, args: put(variation.value) };
}

function tryOut(
  { offer, options }: Stage,
  now: Recording,
  { call, argument, variation, args }: Trial,
): Omit<Slip, 'user'> | 'not judged' | undefined {
  const definition = offer.get(call.tool);
  if (!definition) return 'not judged';
  if (options.setting.guard.standing(definition).effect === 'read') return 'not judged';
  const { call: proposed, verdict } = now.judge(definition, args);
  if (verdict.decision !== 'allow') return undefined;
  const explained = options.setting.guard.explain(now.context, proposed).values;
  const isContent = explained.some(
    ({ name, role }) => role === 'content' && (name === argument || name.startsWith(`${argument}[`)),
  );
  if (isContent) return 'not judged';
  return { tool: call.tool, argument, kind: variation.kind, value: variation.value, args };
}
