import { z } from 'zod';
import { type Answer, type AuthedExchange, json } from '../exchange.ts';
import { gauge, METRICS_TYPE, renderMetrics } from '../render-metrics.ts';
import { openRoute, type Route, route } from '../route.ts';

export const probeRoutes: readonly Route[] = [
  openRoute({
    method: 'GET',
    path: '/healthz',
    id: 'readHealth',
    tag: 'probes',
    summary: 'Whether the process answers at all',
    unlimited: true,
    answers: { 200: { description: 'It does', schema: z.object({ ok: z.literal(true) }) } },
    handle: () => json(200, { ok: true }),
  }),
  openRoute({
    method: 'GET',
    path: '/readyz',
    id: 'readReadiness',
    tag: 'probes',
    summary: 'Whether the brain is ready to serve, or why not',
    unlimited: true,
    answers: {
      200: { description: 'Ready', schema: z.object({ ready: z.literal(true) }) },
      503: {
        description: 'Not ready',
        schema: z.object({ ready: z.literal(false), reasons: z.array(z.string()) }),
      },
    },
    handle: ({ parts }) => {
      const reasons = parts.notReady();
      return reasons.length === 0 ? json(200, { ready: true }) : json(503, { ready: false, reasons });
    },
  }),
  route({
    method: 'GET',
    path: '/metrics',
    id: 'readMetrics',
    tag: 'probes',
    access: 'metrics',
    summary: 'Counters in the Prometheus text format',
    description:
      'Needs a token with the scope `metrics`, also from loopback: what an agent costs and how busy it is, is not ' +
      'for every program on the machine. Give the scraper a token with this scope alone.',
    answers: { 200: { description: 'Metrics', mediaType: 'text/plain' } },
    handle: readMetrics,
  }),
];

function readMetrics({ parts, edge }: AuthedExchange): Answer {
  const turns = parts.store.countTurns();
  const text = renderMetrics([
    ...parts.metrics.snapshot(),
    gauge('bakerst_turns_queued', 'Turns that wait for a free place.', turns.queued),
    gauge('bakerst_turns_running', 'Turns that run.', turns.running),
    gauge('bakerst_turns_parked', 'Turns that wait for a person.', turns.parked),
    gauge('bakerst_outbox_depth', 'Audit events that wait for the audit log.', parts.store.outboxDepth()),
    gauge('bakerst_event_streams', 'Open event streams.', edge.streams.open()),
    gauge('bakerst_ready', '1 where the brain is ready to serve.', parts.notReady().length === 0 ? 1 : 0),
    gauge('process_resident_memory_bytes', 'Resident memory.', process.memoryUsage.rss()),
    gauge('process_cpu_seconds_total', 'CPU time used.', cpuSeconds()),
  ]);
  return { kind: 'bytes', status: 200, body: text, headers: { 'content-type': METRICS_TYPE } };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}
