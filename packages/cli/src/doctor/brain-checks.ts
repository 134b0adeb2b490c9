import { CodedError } from '@bakerst/shared/coded-error';
import { formatUsd } from '@bakerst/shared/money';
import type { Check, CheckResult } from './check.ts';

export const checkBrain: Check = ({ parts, status, unreachable }) => {
  if (status !== undefined) {
    return [{ name: 'brain', status: 'ok', detail: `${status.version} at ${parts.profile.url}` }];
  }
  const detail = unreachable?.message ?? 'It does not answer.';
  return [{ name: 'brain', status: 'fail', detail, remedy: unreachable?.remedy ?? 'Start it: bakerst up' }];
};

export const checkStore: Check = ({ status }) => {
  if (status === undefined) return [];
  const { store, audit } = status;
  const size = `${(store.bytes / 1024 ** 2).toFixed(1)} MiB, schema ${store.schemaVersion}`;
  const remedy = 'Stop the brain and restore the newest backup: bakerst restore <file>';
  const results: CheckResult[] = [
    store.ok
      ? { name: 'store', status: 'ok', detail: `${store.detail}, ${size}` }
      : { name: 'store', status: 'fail', detail: store.detail, remedy },
  ];
  results.push(
    audit.lastError === undefined
      ? { name: 'audit', status: 'ok', detail: `${audit.assurance}, ${audit.waiting} events wait` }
      : {
          name: 'audit',
          status: 'fail',
          detail: audit.lastError,
          remedy: 'Tools with effects wait until events can be recorded again: make room on the disk.',
        },
  );
  return results;
};

export const checkModel: Check = ({ status }) => {
  if (status === undefined) return [];
  const { model } = status;
  if (model.demo) {
    return [
      {
        name: 'model',
        status: 'warn',
        detail: 'The demo model answers: no key was found.',
        remedy:
          'Set ANTHROPIC_API_KEY, OPENAI_API_KEY or OPENROUTER_API_KEY, or start Ollama; then start again.',
      },
    ];
  }
  if (model.state === 'ready') return [{ name: 'model', status: 'ok', detail: model.ref }];
  const detail = `${model.ref} is ${model.state}${model.detail === undefined ? '' : `: ${model.detail}`}`;
  return [{ name: 'model', status: 'fail', detail, remedy: 'See: bakerst models list' }];
};

/** One real completion: the only proof that a key works. It costs a fraction of a cent. */
export const checkCompletion: Check = async ({ parts, status }) => {
  if (status === undefined) return [];
  const api = parts.api();
  const words = 'Answer with the single word: ready';
  const message = { parts: [{ type: 'words' as const, text: words }], maxOutputTokens: 64 };
  try {
    const done = await api.sendAndWait(message, parts.newKey(), 60);
    await api.deleteConversation(done.conversation);
    if (done.error !== undefined) {
      const remedy = done.error.remedy ?? 'See: bakerst models list';
      return [{ name: 'completion', status: 'fail', detail: done.error.message, remedy }];
    }
    const detail = `${done.model ?? 'a model'} answered, ${formatUsd(done.turn.costMicros)}`;
    return [{ name: 'completion', status: 'ok', detail }];
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return [{ name: 'completion', status: 'fail', detail: error.message, remedy: error.remedy }];
  }
};

export const checkBudget: Check = ({ status }) => {
  if (status === undefined) return [];
  const { budget } = status;
  const detail = `${formatUsd(budget.spentMicros)} of ${formatUsd(budget.limitMicros)} spent this month`;
  const remedy = 'Raise budget.monthlyLimitUsd in the configuration file, or wait for the next month.';
  if (budget.blocked) return [{ name: 'budget', status: 'fail', detail: `${detail}; overdrawn`, remedy }];
  const nearly = budget.spentMicros + budget.reservedMicros >= budget.limitMicros * 0.9;
  return [
    nearly ? { name: 'budget', status: 'warn', detail, remedy } : { name: 'budget', status: 'ok', detail },
  ];
};

export const checkToolServers: Check = ({ status }) =>
  (status?.toolServers ?? []).map((server): CheckResult => {
    const name = `tools of ${server.server}`;
    if (server.confinement === 'unconfined') {
      return {
        name,
        status: 'warn',
        alarming: true,
        detail: 'UNCONFINED: it runs without walls and can do whatever you can.',
        remedy: 'Install bubblewrap and take `unconfined` out of the configuration file.',
      };
    }
    if (server.state === 'ready' || server.state === 'disabled') {
      return {
        name,
        status: 'ok',
        detail: `${server.state}, ${server.toolCount} tools, ${server.confinement}`,
      };
    }
    const detail = `${server.state}${server.lastError === undefined ? '' : `: ${server.lastError}`}`;
    return { name, status: 'warn', detail, remedy: `bakerst mcp restart ${server.server}` };
  });

/** What the brain itself warns of. */
export const checkWarnings: Check = ({ status }) =>
  (status?.warnings ?? [])
    // `checkModel` says this one.
    .filter((warning) => warning.code !== 'demo_model')
    .map((warning) => ({
      name: warning.code,
      status: 'warn',
      detail: warning.message,
      remedy: warning.remedy,
    }));

const MAX_SKEW_MS = 60_000;

export const checkClock: Check = ({ clockSkewMs }) => {
  if (clockSkewMs === undefined) return [];
  const detail = `${Math.abs(Math.round(clockSkewMs / 1000))} s away from the brain's`;
  if (Math.abs(clockSkewMs) <= MAX_SKEW_MS) return [{ name: 'clock', status: 'ok', detail }];
  const remedy = 'Set the clocks by NTP: expiries and audit times rest on them.';
  return [{ name: 'clock', status: 'warn', detail, remedy }];
};
