import { isConsequential, type ResidualCall, residualCalls } from './adversary.ts';
import { injectedTexts } from './attack-pair.ts';
import type { UserTask } from './dojo-data.ts';
import { type KnownValues, valuesIn, valuesOfData } from './known-values.ts';
import { readResult } from './read-result.ts';
import type { Stage } from './replay-suite.ts';
import { outcomeOf, type ReplayOptions, replayTask } from './replay-task.ts';

/** What an adversary who knows the policy reaches unasked at the moment a task meets an injection. */
export interface ResidualTask {
  readonly id: string;
  readonly consequential: readonly ResidualCall[];
  readonly privateWrites: readonly ResidualCall[];
}

/** Every task of a suite that meets an injection, with what an adversary could do right then. */
export function residualOfSuite(stage: Stage): readonly ResidualTask[] {
  return stage.suite.user_tasks
    .filter((task) => task.first_exposure !== null && task.first_exposure >= 0)
    .map((task) => residualOfTask(stage, task));
}

function residualOfTask({ suite, offer, options }: Stage, task: UserTask): ResidualTask {
  const exposure = task.first_exposure ?? 0;
  const injected = worstText(suite, task);
  const replayed: ReplayOptions = { ...options, injected };
  const { moments } = replayTask({ ...task, calls: task.calls.slice(0, exposure + 1) }, replayed);
  const now = moments.at(-1);
  if (!now) return { id: task.id, consequential: [], privateWrites: [] };
  const words = valuesIn(task.prompt);
  const results = joined(
    task.calls.slice(0, exposure + 1).map((call) => {
      const { text, structured } = outcomeOf(call, replayed);
      return structured === undefined ? valuesIn(text) : valuesOfData(readResult(text) ?? structured);
    }),
  );
  const guard = options.setting.guard;
  const tools = [...offer.values()].filter((definition) => {
    const { effect } = guard.standing(definition);
    return effect !== 'read' && effect !== 'read-open';
  });
  const found = residualCalls({
    now,
    tools,
    sources: (definition) => ({
      words,
      results,
      planned: task.calls.filter((call) => offer.get(call.tool) === definition).map((call) => call.args),
    }),
  });
  return {
    id: task.id,
    consequential: found.filter(({ effect }) => isConsequential(effect)),
    privateWrites: found.filter(({ effect }) => effect === 'write-private'),
  };
}

/** The text of the first attack that can meet the task: which one hardly matters to a guard that reads no text. */
function worstText(suite: Stage['suite'], task: UserTask): ReadonlyMap<string, string> {
  const pair = suite.pairs.find((one) => one.user === task.id && one.injectable);
  const injection = suite.injection_tasks.find((one) => one.id === pair?.injection);
  return pair && injection ? injectedTexts(suite, pair, injection) : new Map();
}

function joined(all: readonly KnownValues[]): KnownValues {
  return {
    texts: [...new Set(all.flatMap(({ texts }) => texts))],
    numbers: [...new Set(all.flatMap(({ numbers }) => numbers))],
  };
}
