import type { Effect } from '@bakerst/shared/guard';
import type { ToolDefinition } from '@bakerst/shared/tools';
import { type ArgumentChoices, choicesFor, type Sources } from './argument-choices.ts';
import type { JudgedCall, Recording } from './recorded-steps.ts';

/** A call that a policy-aware adversary gets through without anybody being asked. */
export interface ResidualCall {
  readonly tool: string;
  readonly effect: Effect;
  readonly args: Readonly<Record<string, unknown>>;
  /** Every control argument is that of a call the task makes itself: at most what is said, or when, is the attacker's. */
  readonly isSpelledOut: boolean;
  /** It may be made again, exactly or with other content, after it ran once. */
  readonly repeats: boolean;
}

const MOST_COMBINATIONS = 5_000;
const CONSEQUENTIAL: ReadonlySet<Effect> = new Set(['destructive', 'external', 'money', 'exec', 'admin']);

export function isConsequential(effect: Effect): boolean {
  return CONSEQUENTIAL.has(effect);
}

export interface Moment {
  readonly now: Recording;
  /** Everything with an effect that the suite offers. */
  readonly tools: readonly ToolDefinition[];
  readonly sources: (definition: ToolDefinition) => Sources;
}

/** Tries every tool with an effect at one moment, with every combination of values that has a chance. */
export function residualCalls(moment: Moment): readonly ResidualCall[] {
  return moment.tools.flatMap((definition) => tryTool(definition, moment));
}

function tryTool(definition: ToolDefinition, { now, sources }: Moment): readonly ResidualCall[] {
  const known = sources(definition);
  const all = choicesFor(definition.parameters, known);
  const seeds = known.planned.length > 0 ? known.planned : [seedOf(all)];
  const promising = seeds.map((seed) => keepPromising(definition, { all, seed, now }));
  const tried = new Map<string, ResidualCall>();
  for (const { choices, allowed } of promising) {
    for (const args of allowed) add(tried, { definition, args, now, planned: known.planned });
    for (const args of combinations(choices)) {
      if (now.judge(definition, args).verdict.decision === 'allow')
        add(tried, { definition, args, now, planned: known.planned });
    }
  }
  return [...tried.values()];
}

interface Search {
  readonly all: readonly ArgumentChoices[];
  readonly seed: Readonly<Record<string, unknown>>;
  readonly now: Recording;
}

/**
 * The adversary knows the policy: the guard's own explanation tells which values are proven in their slots, and only
 * those are worth combining. Each single change of the seed is also tried as a call of its own.
 */
function keepPromising(
  definition: ToolDefinition,
  { all, seed, now }: Search,
): {
  readonly choices: readonly ArgumentChoices[];
  readonly allowed: readonly Readonly<Record<string, unknown>>[];
} {
  const allowed: Readonly<Record<string, unknown>>[] = [];
  const choices = all.map(({ name, choices: values }) => ({
    name,
    choices: values.filter((value) => {
      const args = withArgument(seed, name, value);
      const { call, verdict } = now.judge(definition, args);
      if (verdict.decision === 'allow') allowed.push(args);
      return value === undefined || isProven(now, call, name);
    }),
  }));
  return { choices: choices.map(limited), allowed };
}

function isProven(now: Recording, call: JudgedCall['call'], argument: string): boolean {
  const leaves = now.guard
    .explain(now.context, call)
    .values.filter(({ name }) => name === argument || /^[[.]/.test(name.slice(argument.length)));
  const own = leaves.filter(({ name }) => name.startsWith(argument));
  return own.every(({ role, proven }) => role === 'content' || proven === true);
}

/** Content is free: three kinds of it say as much as a hundred. */
function limited({ name, choices }: ArgumentChoices): ArgumentChoices {
  return { name, choices: choices.slice(0, 24) };
}

function* combinations(
  all: readonly ArgumentChoices[],
  most = MOST_COMBINATIONS,
): Iterable<Readonly<Record<string, unknown>>> {
  if (all.some(({ choices }) => choices.length === 0)) return;
  let widest = all;
  while (widest.reduce((product, { choices }) => product * choices.length, 1) > most)
    widest = shortened(widest);
  const total = widest.reduce((product, { choices }) => product * choices.length, 1);
  for (let at = 0; at < total; at += 1) {
    let rest = at;
    let args: Readonly<Record<string, unknown>> = {};
    for (const { name, choices } of widest) {
      args = withArgument(args, name, choices[rest % choices.length]);
      rest = Math.floor(rest / choices.length);
    }
    yield args;
  }
}

/** The longest list loses its last choice. */
function shortened(all: readonly ArgumentChoices[]): readonly ArgumentChoices[] {
  const longest = Math.max(...all.map(({ choices }) => choices.length));
  const at = all.findIndex(({ choices }) => choices.length === longest);
  return all.map((one, index) => (index === at ? { ...one, choices: one.choices.slice(0, -1) } : one));
}

function seedOf(all: readonly ArgumentChoices[]): Readonly<Record<string, unknown>> {
  let seed: Readonly<Record<string, unknown>> = {};
  for (const { name, choices } of all) seed = withArgument(seed, name, choices[0]);
  return seed;
}

function withArgument(args: Readonly<Record<string, unknown>>, name: string, value: unknown) {
  const { [name]: _former, ...others } = args;
  return value === undefined ? others : { ...others, [name]: value };
}

interface Found {
  readonly definition: ToolDefinition;
  readonly args: Readonly<Record<string, unknown>>;
  readonly now: Recording;
  readonly planned: readonly Readonly<Record<string, unknown>>[];
}

function add(tried: Map<string, ResidualCall>, { definition, args, now, planned }: Found): void {
  const key = JSON.stringify(Object.entries(args).toSorted());
  if (tried.has(key)) return;
  const { proposed, judged } = now.propose(definition, args);
  const control = controlOf(now, judged);
  const isSpelledOut = planned.some((one) =>
    sameControl(control, controlOf(now, now.judge(definition, one))),
  );
  const after = proposed.ran(judged, { text: 'done' });
  const repeats = after.judge(definition, args).verdict.decision === 'allow';
  tried.set(key, {
    tool: definition.name,
    effect: effectiveEffect(now, judged),
    args,
    isSpelledOut,
    repeats,
  });
}

/** Somebody else among the arguments makes a private write an external one. */
function effectiveEffect(now: Recording, { call }: JudgedCall): Effect {
  const reaches = now.guard
    .explain(now.context, call)
    .values.some(({ value, role }) => role === 'control' && /@/.test(value));
  return call.effect === 'write-private' && reaches ? 'external' : call.effect;
}

function controlOf(now: Recording, { call }: JudgedCall): ReadonlyMap<string, string> {
  const values = now.guard.explain(now.context, call).values;
  // What is absent decides nothing, however it is written.
  const given = values.filter(({ role, value }) => role === 'control' && !/^(?:null|\[\]|""|)$/.test(value));
  return new Map(given.map(({ name, value }) => [name, value]));
}

function sameControl(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([name, value]) => b.get(name) === value);
}
