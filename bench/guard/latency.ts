import { createHash } from 'node:crypto';
import type { Guard } from '@bakerst/shared/guard';
import { guardOfData } from './load-policy.ts';
import { type Offer, offeredTools } from './offered-tools.ts';
import { Recording } from './recorded-steps.ts';

export interface Percentiles {
  readonly p50Us: number;
  readonly p99Us: number;
}

/**
 * Times of one verdict, in microseconds, beside the floor of the same run. Each is taken three times and the quickest
 * counts: a verdict waits for nothing, and what other programs of a shared machine take in between is not its own.
 */
export interface LatencyFigures {
  readonly tools: number;
  readonly rules: number;
  readonly steps: number;
  /** A verdict on a call never seen before, in a session whose texts were read. */
  readonly decide: Percentiles;
  /** The same right after further steps were recorded: their facts are read again. */
  readonly afterNewSteps: Percentiles;
  /** The very first verdict on a session: all its texts are read. */
  readonly first: Percentiles;
  /** JSON text of the same call and its SHA-256: what recording it costs at the least. */
  readonly floor: Percentiles;
  /** `decide` with everything that came in between: each call once. */
  readonly decideWall: Percentiles;
}

const SERVER = 'desk';
const TOOLS = 200;
const RULES = 100;
const STEPS = 100;

const ROUNDS = 7;

/** Measures verdicts with many tools, many operator rules and a long session; `perRound` calls in each of the rounds. */
export function measureLatency(perRound = 1_000): LatencyFigures {
  const offer = offeredTools(
    SERVER,
    Array.from({ length: TOOLS }, (_, at) => toolNumbered(at)),
  );
  const policy = policyOf(offer);
  const guard = guardOfData(policy);
  const session = recordSession(guard, offer);
  const definitions = [...offer.values()];
  const pick = (at: number) => {
    const definition = definitions[at % definitions.length];
    if (!definition) throw new Error('there are no tools');
    return definition;
  };
  const sources: Sources = { session, pick };
  // The engine compiles what runs often: a brain that has run for a minute is what is measured.
  verdictRound(sources, perRound * 2);
  stepRound(sources, perRound);
  const rounds = Array.from({ length: ROUNDS }, () => ({
    ...verdictRound(sources, perRound),
    afterNewSteps: stepRound(sources, perRound / 4),
  }));
  return {
    tools: TOOLS,
    rules: RULES,
    steps: STEPS,
    decide: middle(rounds.map((round) => round.decide)),
    afterNewSteps: middle(rounds.map((round) => round.afterNewSteps)),
    first: percentiles(firstVerdicts(offer, policy, pick)),
    floor: middle(rounds.map((round) => round.floor)),
    decideWall: middle(rounds.map((round) => round.decideWall)),
  };
}

interface Sources {
  readonly session: Recording;
  readonly pick: Pick;
}

/** Floor and verdict in turns, so that the machine's mood falls on both. */
function verdictRound({ session, pick }: Sources, calls: number) {
  const floor: Times[] = [];
  const decide: Times[] = [];
  for (let at = 0; at < calls; at += 1) {
    const fresh = session.callOf(pick(at * 7), argumentsNumbered(at));
    floor.push(timed(() => createHash('sha256').update(JSON.stringify(fresh)).digest('hex')));
    decide.push(timed(() => session.guard.decide(session.context, fresh)));
  }
  return {
    floor: percentiles(floor),
    decide: percentiles(decide),
    decideWall: percentiles(decide, 'firstUs'),
  };
}

/** New steps are recorded before each verdict, so that each is the first on its context. */
function stepRound({ session, pick }: Sources, calls: number): Percentiles {
  const times = Array.from({ length: calls }, (_, at) => {
    const tries = Array.from({ length: REPEATS }, () => {
      const { proposed, judged } = session.proposeUnjudged(pick(at * 3), argumentsNumbered(at));
      return timed(() => proposed.guard.decide(proposed.context, judged.call), 1).firstUs;
    });
    return { quickestUs: Math.min(...tries), firstUs: tries[0] ?? 0 };
  });
  return percentiles(times);
}

/** The middle of the rounds: one bad moment of a shared machine is no property of the guard. */
function middle(rounds: readonly Percentiles[]): Percentiles {
  const median = (values: readonly number[]) =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  return {
    p50Us: median(rounds.map(({ p50Us }) => p50Us)),
    p99Us: median(rounds.map(({ p99Us }) => p99Us)),
  };
}

type Pick = (at: number) => ReturnType<Offer['get']> & object;

/** A new guard each time, so that nothing was read before; its first verdict, once the engine is warm. */
function firstVerdicts(offer: Offer, policy: unknown, pick: Pick): readonly Times[] {
  return Array.from({ length: 20 }, (_, at) => {
    const guard = guardOfData(policy);
    const session = recordSession(guard, offer, { judged: false });
    const warm = session.callOf(pick(at), argumentsNumbered(at));
    // Once: the second verdict is no first one.
    return timed(() => guard.decide(session.context, warm), 1);
  });
}

function recordSession(guard: Guard, offer: Offer, { judged: isJudged } = { judged: true }): Recording {
  const setting = { guard, lookUp: () => [], at: '2024-05-15T08:00:00.000Z' };
  let now = Recording.begin(setting, WORDS);
  const reads = [...offer.values()].filter((_, at) => at % 4 === 0);
  for (let at = 0; now.steps < STEPS; at += 1) {
    const definition = reads[at % reads.length];
    if (!definition) break;
    const args = argumentsNumbered(at);
    const outcome = { text: resultNumbered(at), structured: { result: [{ id: at, name: `Note ${at}` }] } };
    const { proposed, judged } = isJudged
      ? now.propose(definition, args)
      : now.proposeUnjudged(definition, args);
    now = proposed.ran(judged, outcome);
  }
  return now;
}

const WORDS =
  'Please send an email to ann@example.com and bob@example.com about the meeting on 2024-05-20 at 10:00, ' +
  "add it to my calendar as 'Quarterly review', and pay 250.00 to DE89370400440532013000. " +
  'Delete the note "Old agenda" afterwards. Do not send anything to carol@example.com.';

function toolNumbered(at: number) {
  const kinds = ['read_note', 'send_email', 'create_event', 'pay_bill'];
  const properties = {
    to: { type: 'string' },
    amount: { type: 'number' },
    title: { type: 'string' },
    when: { type: 'string' },
    body: { type: 'string' },
  };
  return {
    name: `${kinds[at % kinds.length]}_${at}`,
    description: 'A tool of the bench.',
    parameters: { type: 'object', properties },
  };
}

function policyOf(offer: Offer): unknown {
  const effects = ['read', 'external', 'write-private', 'money'];
  const intents = [undefined, ['send * email'], ['add * calendar'], ['pay']];
  const tools = [...offer].map(([name, { pin }], at) => [
    name,
    {
      pin,
      effect: effects[at % effects.length],
      ...(intents[at % intents.length] && { intents: intents[at % intents.length] }),
      arguments: {
        to: { slot: 'recipient' },
        amount: { slot: 'amount', type: 'number', max: 10_000 },
        title: { slot: 'title' },
        when: { slot: 'start', type: 'datetime' },
        body: { role: 'content' },
      },
    },
  ]);
  const rules = Array.from({ length: RULES }, (_, at) => ({
    name: `rule-${at}`,
    when: `effect == "money" && integrity == "untrusted" && tool == "${SERVER}__pay_bill_${at}" && unattended`,
    verdict: 'deny',
    message: `Rule ${at}.`,
  }));
  return {
    version: 1,
    servers: { [SERVER]: { clearance: 'internal', tools: Object.fromEntries(tools) } },
    rules,
  };
}

function argumentsNumbered(at: number): Readonly<Record<string, unknown>> {
  return {
    to: at % 2 === 0 ? 'ann@example.com' : `mallory${at}@evil.example`,
    amount: at % 3 === 0 ? 250 : at,
    title: at % 2 === 0 ? 'Quarterly review' : `Review ${at}`,
    when: '2024-05-20 10:00',
    body: `Hello, this is message ${at}. See you at the meeting.`,
  };
}

function resultNumbered(at: number): string {
  return `Note ${at}: ${'lorem ipsum dolor sit amet '.repeat(80)}`;
}

interface Times {
  readonly quickestUs: number;
  readonly firstUs: number;
}

const REPEATS = 3;

function timed(work: () => unknown, repeats = REPEATS): Times {
  const times = Array.from({ length: repeats }, () => {
    const begin = process.hrtime.bigint();
    work();
    return Number(process.hrtime.bigint() - begin) / 1_000;
  });
  return { quickestUs: Math.min(...times), firstUs: times[0] ?? 0 };
}

function percentiles(times: readonly Times[], which: keyof Times = 'quickestUs'): Percentiles {
  const sorted = times.map((one) => one[which]).toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50Us: at(0.5), p99Us: at(0.99) };
}
