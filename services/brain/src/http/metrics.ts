import type { TurnMetric } from '../turn/turn-parts.ts';

/**
 * Counts what happens, for `/metrics`. Plain numbers in memory; `render-metrics.ts` writes them out.
 * Labels come from closed sets or the operator's configuration, never from a stranger.
 */
export interface Metrics {
  /** A stream has no `ms`: how long it lived says nothing about how fast we are. */
  request(route: string, status: number, ms: number | undefined): void;
  /** What the turn reports; `main.ts` passes it as its `onMetric`. */
  turn(metric: TurnMetric): void;
  snapshot(): readonly MetricFamily[];
}

export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly values: readonly {
    readonly labels: Readonly<Record<string, string | number>>;
    readonly value: number;
    /** For histograms: name with `_bucket`, `_sum` or `_count`. */
    readonly metricName?: string;
  }[];
}

const REQUEST_BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10];
const TURN_BUCKETS = [0.1, 0.5, 1, 2.5, 5, 15, 60, 300, 1_800];

export function createMetrics(): Metrics {
  const requests = counter('bakerst_http_requests_total', 'HTTP requests by route and status.');
  const requestTime = histogram(
    'bakerst_http_request_seconds',
    'Time to answer, streams left out.',
    REQUEST_BUCKETS,
  );
  const turns = counter('bakerst_turns_total', 'Ended turns by status.');
  const turnTime = histogram(
    'bakerst_turn_seconds',
    'From the stored message to the end of the turn.',
    TURN_BUCKETS,
  );
  const modelCalls = counter('bakerst_model_calls_total', 'Model calls by model and outcome.');
  const firstToken = histogram(
    'bakerst_model_first_token_seconds',
    'From a model call to its first token.',
    TURN_BUCKETS,
  );
  const tokens = counter('bakerst_model_tokens_total', 'Tokens by model and kind, as reported or estimated.');
  const cost = counter(
    'bakerst_model_cost_micros_total',
    'Settled cost by model in millionths of a US dollar.',
  );
  const toolCalls = counter('bakerst_tool_calls_total', 'Tool calls by server and outcome.');
  const countModelCall = (metric: Extract<TurnMetric, { type: 'model_ended' }>): void => {
    const { model } = metric;
    modelCalls.add({ model, outcome: metric.outcome }, 1);
    tokens.add({ model, kind: 'input' }, metric.inputTokens);
    tokens.add({ model, kind: 'output' }, metric.outputTokens);
    cost.add({ model }, metric.costMicros);
    if (metric.firstTokenMs !== undefined) firstToken.observe(metric.firstTokenMs / 1_000);
  };
  return {
    request(route, status, ms) {
      requests.add({ route, status }, 1);
      if (ms !== undefined) requestTime.observe(ms / 1_000);
    },
    turn(metric) {
      if (metric.type === 'model_ended') countModelCall(metric);
      else if (metric.type === 'tool_ended')
        toolCalls.add({ server: metric.server, outcome: metric.outcome }, 1);
      else {
        turns.add({ status: metric.status }, 1);
        turnTime.observe(metric.durationMs / 1_000);
      }
    },
    snapshot: () =>
      [requests, requestTime, turns, turnTime, modelCalls, firstToken, tokens, cost, toolCalls].map((m) =>
        m.family(),
      ),
  };
}

type Labels = Readonly<Record<string, string | number>>;

function counter(name: string, help: string) {
  const values = new Map<string, { labels: Labels; value: number }>();
  return {
    add(labels: Labels, by: number): void {
      const key = Object.values(labels).join('\u0000');
      const held = values.get(key);
      if (held) held.value += by;
      else values.set(key, { labels, value: by });
    },
    family: (): MetricFamily => ({ name, help, type: 'counter', values: [...values.values()] }),
  };
}

function histogram(name: string, help: string, bounds: readonly number[]) {
  const counts = bounds.map(() => 0);
  let count = 0;
  let sum = 0;
  return {
    observe(value: number): void {
      count += 1;
      sum += value;
      const at = bounds.findIndex((bound) => value <= bound);
      if (at >= 0) counts[at] = (counts[at] ?? 0) + 1;
    },
    family(): MetricFamily {
      let below = 0;
      const buckets = bounds.map((le, at) => {
        below += counts[at] ?? 0;
        return { labels: { le }, value: below, metricName: `${name}_bucket` };
      });
      const values = [
        ...buckets,
        { labels: { le: '+Inf' }, value: count, metricName: `${name}_bucket` },
        { labels: {}, value: sum, metricName: `${name}_sum` },
        { labels: {}, value: count, metricName: `${name}_count` },
      ];
      return { name, help, type: 'histogram', values };
    },
  };
}
