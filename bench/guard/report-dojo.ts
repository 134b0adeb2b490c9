import type { Labels } from './load-policy.ts';
import type { SuiteFigures, TaskFigures } from './replay-suite.ts';
import { percent, table } from './report-table.ts';
import type { BenchResults, SuiteRun } from './run-bench.ts';

/** What the design's first sketch reached over the whole of AgentDojo (97 tasks, 929 tool attacks). */
const SKETCH = [
  ['sketch: ask on every write', '97', '20 %', '2.49', '', '0 of 929', ''],
  ['sketch: ask on every write under taint', '97', '38 %', '0.93', '', '0 of 929', ''],
  ['sketch: strict', '97', '57 %', '0.60', '', '4 of 929', ''],
  ['sketch: balanced', '97', '64 %', '0.48', '', '4 of 929', '56 of 97'],
];
const HEAD = [
  'policy',
  'tasks',
  'needing no approval',
  'approvals a task',
  'impossible',
  'attacks through',
  'un-asked call within reach',
];

/** Tables about recorded tasks and attacks. */
export function reportDojo({ labels }: BenchResults): readonly string[] {
  const written = labels.find((one) => one.labels === 'written')?.suites ?? [];
  if (written.length === 0) return [];
  const tasks = written.flatMap((suite) => suite.tasks);
  return [
    '## AgentDojo, replayed without a model',
    '',
    ...table(HEAD, [
      baseline('ask on every write', tasks, (task) => task.writes),
      baseline('ask on every write under taint', tasks, (task) => task.taintedWrites),
      ...labels.flatMap(({ labels: kind, suites }) => [
        ...suites.map((suite) => row(`${kind} labels: ${suite.suite}`, [suite])),
        row(`**${kind} labels: all**`, suites),
      ]),
      ...SKETCH,
    ]),
    '',
    'A task is its recorded calls; an ask is answered with yes, and no value is endorsed. An attack is tried as soon as its text was read and',
    'again after each later call; what is asked counts as stopped and leaves no trace. The last column: tasks that meet an',
    'injection in which an adversary who knows the policy finds some consequential call that runs unasked.',
    ...labels.flatMap(({ labels: kind, suites }) => guessedNote(kind, suites)),
    '',
    ...reachTable(labels),
    ...ruleTables(labels),
    ...askedList(written),
  ];
}

function baseline(name: string, tasks: readonly TaskFigures[], asks: (task: TaskFigures) => number) {
  const free = tasks.filter((task) => asks(task) === 0).length;
  const all = tasks.reduce((sum, task) => sum + asks(task), 0);
  return [
    name,
    String(tasks.length),
    percent(free, tasks.length),
    (all / tasks.length).toFixed(2),
    '',
    '',
    '',
  ];
}

function row(name: string, suites: readonly SuiteRun[]): readonly string[] {
  const tasks = suites.flatMap((suite) => suite.tasks);
  const attacks = suites.flatMap((suite) => suite.attacks);
  const free = tasks.filter((task) => task.asks + task.denied === 0).length;
  const asks = tasks.reduce((sum, task) => sum + task.asks, 0);
  const residual = suites.flatMap((suite) => suite.residual ?? []);
  const reached = residual.filter(({ consequential }) => consequential.length > 0).length;
  return [
    name,
    String(tasks.length),
    `${percent(free, tasks.length)} (${free})`,
    (asks / tasks.length).toFixed(2),
    String(tasks.filter((task) => task.denied > 0).length),
    `${attacks.filter((attack) => attack.succeeded).length} of ${attacks.length}`,
    residual.length > 0 ? `${reached} of ${residual.length}` : 'not searched',
  ];
}

function guessedNote(kind: Labels, suites: readonly SuiteFigures[]): readonly string[] {
  const notWritten = suites.filter((suite) => kind === 'written' && suite.guessed.length > 0);
  return notWritten.map(
    (suite) =>
      `Guessed in spite of that, because no policy file names them: ${suite.suite}: ${suite.guessed.join(', ')}.`,
  );
}

function reachTable(labels: BenchResults['labels']): readonly string[] {
  const rows = labels.flatMap(({ labels: kind, suites }) => {
    const residual = suites.flatMap((suite) => suite.residual ?? []);
    if (residual.length === 0) return [];
    const reached = residual.filter(({ consequential }) => consequential.length > 0);
    const spelled = reached.filter(({ consequential }) => consequential.every((call) => call.isSpelledOut));
    const repeats = reached.filter(({ consequential }) => consequential.some((call) => call.repeats));
    const tools = reached.flatMap(({ consequential }) => [
      ...new Set(consequential.map(({ tool, effect }) => `${tool} (${effect})`)),
    ]);
    return [
      [
        kind,
        `${reached.length} of ${residual.length}`,
        String(spelled.length),
        String(repeats.length),
        String(residual.filter(({ privateWrites }) => privateWrites.length > 0).length),
        counted(tools),
      ],
    ];
  });
  if (rows.length === 0) return [];
  return [
    '## Residual authority',
    '',
    ...table(
      [
        'labels',
        'tasks with some call in reach',
        'of these only the very call the words spell out',
        'again after it ran',
        'tasks with a private write in reach',
        'which tools, in how many tasks',
      ],
      rows,
    ),
    '',
    'Tried for every tool with an effect, at the moment of injection: the planned call, every single change of it, and up to 5,000',
    'combinations of the values that the guard itself explains as proven, from everything the words spell out, everything',
    'that was read and constants of the attacker.',
    '',
    ...reachedList(labels.find((one) => one.labels === 'written')?.suites ?? []),
  ];
}

const LONGEST_EXAMPLE = 160;

/** One call for each task, rather one that the words do not spell out. */
function reachedList(suites: readonly SuiteRun[]): readonly string[] {
  const rows = suites.flatMap(({ suite, residual = [] }) =>
    residual.flatMap(({ id, consequential }) => {
      const call = consequential.find(({ isSpelledOut }) => !isSpelledOut) ?? consequential[0];
      if (!call) return [];
      const example = `${call.tool} ${JSON.stringify(call.args)}`.slice(0, LONGEST_EXAMPLE).toWellFormed();
      const task = `${suite} ${id.replace('user_task_', '')}`;
      return [[task, String(consequential.length), example]];
    }),
  );
  return rows.length === 0
    ? []
    : [...table(['task', 'calls within reach (written labels)', 'such as'], rows), ''];
}

function ruleTables(labels: BenchResults['labels']): readonly string[] {
  const written = labels.find((one) => one.labels === 'written')?.suites ?? [];
  const asked = written.flatMap((suite) => suite.tasks.flatMap((task) => task.asked));
  const rules = new Map<string, { asks: number; alone: number }>();
  for (const { reasons } of asked) {
    const names = [...new Set(reasons.map(({ rule }) => rule))];
    for (const name of names) {
      const known = rules.get(name) ?? { asks: 0, alone: 0 };
      rules.set(name, { asks: known.asks + 1, alone: known.alone + (names.length === 1 ? 1 : 0) });
    }
  }
  const byAsks = [...rules].toSorted(([, a], [, b]) => b.asks - a.asks);
  const stopped = labels.map(({ labels: kind, suites }) => [
    kind,
    counted(
      suites.flatMap((suite) =>
        suite.attacks.filter(({ succeeded }) => !succeeded).map(({ stoppedBy }) => stoppedBy),
      ),
    ),
  ]);
  return [
    '## Which rule costs which asks (written labels)',
    '',
    ...table(
      ['rule', 'asks it is a reason of', 'asks it is the only reason of'],
      byAsks.map(([name, { asks, alone }]) => [name, String(asks), String(alone)]),
    ),
    '',
    '## First reason that stopped an attack',
    '',
    ...table(['labels', 'rule: attacks'], stopped),
    '',
  ];
}

function askedList(suites: readonly SuiteRun[]): readonly string[] {
  const rows = suites.flatMap((suite) =>
    suite.tasks.flatMap((task) =>
      task.asked.map(({ tool, decision, reasons }) => [
        `${suite.suite} ${task.id.replace('user_task_', '')}`,
        tool,
        decision,
        reasons
          .map(({ rule, message }) => `${rule}: ${/^[\w[\].]+(?= is )/.exec(message)?.[0] ?? ''}`)
          .join(', ')
          .replaceAll(/: (?=,|$)/g, ''),
      ]),
    ),
  );
  return [
    '## Every ask of a task (written labels)',
    '',
    ...table(['task', 'tool', 'verdict', 'reasons'], rows),
    '',
  ];
}

function counted(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const sorted = [...counts].toSorted(([, a], [, b]) => b - a);
  return sorted.map(([name, count]) => `${name}: ${count}`).join(', ') || 'none';
}
