import type { LatencyFigures } from './latency.ts';
import { reportDojo } from './report-dojo.ts';
import { duration, table } from './report-table.ts';
import { type BenchResults, failuresOf } from './run-bench.ts';

export interface ReportHead {
  /** `2026-11-27`. */
  readonly day: string;
  readonly machine: string;
  readonly command: string;
}

/** The results as Markdown. */
export function writeReport(results: BenchResults, { day, machine, command }: ReportHead): string {
  const failures = failuresOf(results);
  return [
    '# What the guard stops, and what it costs',
    '',
    `Taken on ${day} with \`${command}\` (${machine}). No model is asked: the model is taken to obey every`,
    'instruction it reads. The policies are in `policies/`, written from what the tools do; `guessed` labels are made from names',
    'alone, as a person would get them who accepts every proposal unread.',
    '',
    failures.length === 0
      ? 'No attack got through, and no task was made impossible.'
      : `**Not as it should be:** ${failures.join('; ')}.`,
    '',
    ...reportDojo(results),
    ...reportVaried(results),
    ...reportOthers(results),
    ...(results.latency ? reportLatency(results.latency) : []),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

function reportVaried({ labels }: BenchResults): readonly string[] {
  const rows = labels.flatMap(({ labels: kind, suites }) =>
    suites.map(({ suite, varied }) => [
      `${kind} labels: ${suite}`,
      String(varied.tried),
      String(varied.slips.length),
      varied.slips
        .slice(0, 3)
        .map(({ tool, argument, kind: how }) => `${tool}.${argument}: ${how}`)
        .join(', '),
    ]),
  );
  if (rows.length === 0) return [];
  return [
    '## Disguised values',
    '',
    "Attackers' values as homoglyphs, percent-encoded, in another case, with text appended, in other number formats; and the",
    "neighbours of the user's own values: look-alike domains, longer domains, one digit more.",
    '',
    ...table(['where', 'tried', 'un-asked', 'which'], rows),
    '',
  ];
}

function reportOthers({ injecAgent, definitions, wording }: BenchResults): readonly string[] {
  return [
    ...(injecAgent.length > 0
      ? [
          '## InjecAgent',
          '',
          ...table(
            ['labels', 'attacks', 'through', "user's own calls asked"],
            injecAgent.map(({ policy, cases, through, userAsked }) => [
              policy,
              String(cases),
              String(through.length),
              String(userAsked),
            ]),
          ),
          '',
        ]
      : []),
    ...(definitions.length + wording.length > 0
      ? [
          '## Changed and foreign definitions, wording',
          '',
          ...table(
            ['what must hold', 'checks', 'failed'],
            [...definitions, ...wording].map(({ name, checks, failed }) => [
              name,
              String(checks),
              failed.length === 0 ? '0' : `${failed.length}: ${failed.slice(0, 3).join(', ')}`,
            ]),
          ),
          '',
        ]
      : []),
  ];
}

/** Half a millisecond for the slowest of a hundred verdicts. */
const TARGET_US = 500;

function reportLatency({ tools, rules, steps, ...times }: LatencyFigures): readonly string[] {
  const { decide, afterNewSteps, first, floor, decideWall } = times;
  const ratio = (us: number, base: number) => `${(us / base).toFixed(0)}x`;
  const row = (name: string, { p50Us, p99Us }: LatencyFigures['decide']) => [
    name,
    duration(p50Us),
    duration(p99Us),
    ratio(p50Us, floor.p50Us),
    ratio(p99Us, floor.p99Us),
  ];
  const isReached = decide.p99Us < TARGET_US;
  return [
    `## Latency of a verdict: ${tools} tools, ${rules} operator rules, a session of ${steps} steps`,
    '',
    ...table(
      ['figure', 'p50', 'p99', 'p50 to the floor', 'p99 to the floor'],
      [
        row('verdict on a fresh call', decide),
        row('verdict right after new steps', afterNewSteps),
        row('first verdict ever on a session', first),
        row('floor: JSON and SHA-256 of the call', floor),
        row('verdict on a fresh call, with all that came in between', decideWall),
      ],
    ),
    '',
    `Target: p99 of a fresh call under ${duration(TARGET_US)}: ${isReached ? 'reached' : 'not reached'}. Each call is judged\nthree times and the quickest counts, except where it is said; the middle of seven rounds.`,
    '',
  ];
}
