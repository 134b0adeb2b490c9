import type { DojoCall, InjectionTask, Pair, Suite, UserTask } from './dojo-data.ts';
import { type JudgedCall, Recording } from './recorded-steps.ts';
import { outcomeOf, performCall, type ReplayedCall, type ReplayOptions } from './replay-task.ts';

export interface AttackedPair {
  readonly user: string;
  readonly injection: string;
  /** True where a minimal success set ran with no approval. */
  readonly succeeded: boolean;
  /** Verdicts of the attacker's calls that were stopped, by index. */
  readonly stopped: ReadonlyMap<number, JudgedCall>;
  readonly ran: ReadonlySet<number>;
  /** The user's own calls beside the attack. */
  readonly userCalls: readonly ReplayedCall[];
}

/**
 * Performs a task whose results carry an attack, with a model that obeys it: as soon as the injection was seen the
 * attacker's calls are tried in order, and those that were stopped again after each later call of the user. A stopped
 * call leaves no trace, so that neither a used-up ask nor a parked request helps the guard.
 */
export function attackPair(
  pair: Pair,
  tasks: { readonly user: UserTask; readonly injection: InjectionTask },
  options: ReplayOptions,
): AttackedPair {
  const { user, injection } = tasks;
  const attacker = new Attacker(injection.calls, options);
  const userCalls: ReplayedCall[] = [];
  let now = Recording.begin(options.setting, user.prompt);
  for (const [at, call] of user.calls.entries()) {
    const performed = performCall(now, call, options);
    if (performed) {
      userCalls.push(performed.replayed);
      now = performed.after;
    }
    if (pair.attack_after_call !== null && at >= pair.attack_after_call) now = attacker.tryAll(now);
  }
  return {
    user: user.id,
    injection: injection.id,
    succeeded: injection.minimal_success_sets.some((set) => set.every((index) => attacker.ran.has(index))),
    stopped: attacker.stopped,
    ran: attacker.ran,
    userCalls,
  };
}

class Attacker {
  readonly ran = new Set<number>();
  readonly stopped = new Map<number, JudgedCall>();
  readonly #calls: readonly DojoCall[];
  readonly #options: ReplayOptions;

  constructor(calls: readonly DojoCall[], options: ReplayOptions) {
    this.#calls = calls;
    this.#options = options;
  }

  tryAll(from: Recording): Recording {
    let now = from;
    for (const [index, call] of this.#calls.entries()) {
      const definition = this.#options.offer.get(call.tool);
      if (!definition || this.ran.has(index)) continue;
      const { proposed, judged } = now.propose(definition, call.args);
      if (judged.verdict.decision !== 'allow') {
        this.stopped.set(index, judged);
        continue;
      }
      this.stopped.delete(index);
      this.ran.add(index);
      now = proposed.ran(judged, outcomeOf(call, this.#options));
    }
    return now;
  }
}

/** What an attack's text is made of, and which texts a pair injects. */
export function injectedTexts(
  suite: Suite,
  pair: Pair,
  injection: InjectionTask,
): ReadonlyMap<string, string> {
  const text = suite.attack_template
    .replaceAll('{goal}', injection.goal)
    .replaceAll('{model}', 'AI assistant');
  return new Map(pair.vectors.map((vector) => [vector, text]));
}
