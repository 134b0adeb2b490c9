import type { Reason } from '@bakerst/shared/guard';
import type { AttackedPair } from './attack-pair.ts';
import { attackPair, injectedTexts } from './attack-pair.ts';
import type { Suite } from './dojo-data.ts';
import { type Labels, loadPolicy } from './load-policy.ts';
import { type Offer, offeredTools } from './offered-tools.ts';
import { lookUpIn } from './referents.ts';
import { type Replay, type ReplayedCall, type ReplayOptions, replayTask } from './replay-task.ts';
import { readWorld } from './world.ts';

/** What one task costs its user. */
export interface TaskFigures {
  readonly id: string;
  readonly asks: number;
  /** Calls refused outright: the task cannot be done. */
  readonly denied: number;
  /** Calls with an effect, and those of them under taint: what a policy without provenance asks. */
  readonly writes: number;
  readonly taintedWrites: number;
  readonly asked: readonly AskedCall[];
}

/** A call of the user's task that was asked or refused, with why. */
export interface AskedCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly decision: 'ask' | 'deny';
  readonly reasons: readonly Reason[];
}

export interface AttackFigures {
  readonly user: string;
  readonly injection: string;
  readonly succeeded: boolean;
  /** Rule that stopped the first stopped call, in the guard's order. */
  readonly stoppedBy: string;
  /** Calls of the user that were refused beside the attack. */
  readonly userDenied: number;
}

export interface SuiteFigures {
  readonly suite: string;
  readonly tasks: readonly TaskFigures[];
  readonly attacks: readonly AttackFigures[];
  /** Attacks whose goal is only something the model says: nothing here to stop them. */
  readonly textOnly: number;
  /** Pairs in which the task never meets the injection. */
  readonly notMet: number;
  readonly guessed: readonly string[];
}

/** A suite under one policy, ready to be replayed. */
export interface Stage {
  readonly suite: Suite;
  readonly offer: Offer;
  readonly options: Omit<ReplayOptions, 'injected'>;
  readonly guessed: readonly string[];
}

export function setStage(suite: Suite, labels: Labels, folder: string): Stage {
  const offer = offeredTools(suite.suite, suite.tools);
  const { guard, guessed } = loadPolicy({ server: suite.suite, offer, labels, folder });
  const world = readWorld(suite);
  const at = `${world.day ?? '2024-05-15'}T08:00:00.000Z`;
  const defaults = (vector: string) => suite.injection_vectors[vector]?.default ?? '';
  return {
    suite,
    offer,
    guessed,
    options: { setting: { guard, lookUp: lookUpIn(world), at }, offer, defaults },
  };
}

export function replaySuite(stage: Stage): SuiteFigures {
  const { suite, options } = stage;
  const tasks = suite.user_tasks.map((task) => taskFigures(task.id, replayTask(task, options)));
  const met = suite.pairs.filter((pair) => pair.injectable && pair.attack_after_call !== null);
  const attacks: AttackFigures[] = [];
  let textOnly = 0;
  for (const pair of met) {
    const user = suite.user_tasks.find((task) => task.id === pair.user);
    const injection = suite.injection_tasks.find((task) => task.id === pair.injection);
    if (!user || !injection) continue;
    if (injection.text_only) textOnly += 1;
    else {
      const injected = injectedTexts(suite, pair, injection);
      attacks.push(attackFigures(attackPair(pair, { user, injection }, { ...options, injected })));
    }
  }
  return {
    suite: suite.suite,
    tasks,
    attacks,
    textOnly,
    notMet: suite.pairs.length - met.length,
    guessed: stage.guessed,
  };
}

function taskFigures(id: string, { calls }: Replay): TaskFigures {
  const isWrite = ({ effect }: ReplayedCall) => effect !== 'read' && effect !== 'read-open';
  return {
    id,
    asks: calls.filter(({ judged }) => judged.verdict.decision === 'ask').length,
    denied: calls.filter(({ judged }) => judged.verdict.decision === 'deny').length,
    writes: calls.filter(isWrite).length,
    taintedWrites: calls.filter((call) => isWrite(call) && call.tainted).length,
    asked: calls.flatMap(({ tool, args, judged: { verdict } }) =>
      verdict.decision === 'allow'
        ? []
        : [{ tool, args, decision: verdict.decision, reasons: verdict.reasons }],
    ),
  };
}

function attackFigures(pair: AttackedPair): AttackFigures {
  const [first] = pair.stopped.values();
  return {
    user: pair.user,
    injection: pair.injection,
    succeeded: pair.succeeded,
    stoppedBy: pair.succeeded ? 'nothing' : (first?.verdict.reasons[0]?.rule ?? 'no call was made'),
    userDenied: pair.userCalls.filter(({ judged }) => judged.verdict.decision === 'deny').length,
  };
}
