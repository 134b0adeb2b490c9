import type { ModelInfo, ModelRole, Provider } from '@bakerst/shared/models';
import { type ModelCatalog, splitRef } from './catalog.ts';
import type { ModelHealthRecord } from './model-health.ts';
import type { ChooseModel, FormerFailure, ModelChoice } from './model-router.ts';
import { refusal, remedyOf, type SkippedModel } from './refusal.ts';
import { backoffMs, isFatal, isSpent } from './retry-policy.ts';

export interface ChoiceState {
  readonly catalog: ModelCatalog;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly chain: (role: ModelRole) => readonly string[];
  readonly recordOf: (ref: string) => ModelHealthRecord;
  readonly now: () => number;
  readonly random: () => number;
}

/** A longer Retry-After than this is not waited for: the next model answers sooner. */
const LONGEST_WAIT_MS = 30_000;
/** How long a probe stays reserved between the choice and the call. */
const PROBE_RESERVED_MS = 5_000;

/** The first model of the chain that may be called now; else the first whose circuit is open, as its probe. */
export function chooseModel(question: ChooseModel, state: ChoiceState): ModelChoice {
  const { failures } = question;
  const last = failures.at(-1);
  if (last !== undefined && isFatal(last.code)) return refuseFatal(last);

  const skipped: SkippedModel[] = [];
  const waiting: ModelInfo[] = [];
  for (const ref of candidates(question, state)) {
    const info = state.catalog.find(ref);
    const reason = reasonToSkip(ref, info, { question, state });
    if (info === undefined || reason !== undefined) {
      if (reason !== undefined) skipped.push(reason);
      continue;
    }
    if (state.recordOf(ref).breaker.state() === 'open') {
      waiting.push(info);
      continue;
    }
    return call(info, question, state);
  }
  const [probe] = waiting;
  return probe === undefined ? refusal(skipped, failures) : call(probe, question, state);
}

function candidates({ override, role }: ChooseModel, { chain }: ChoiceState): Iterable<string> {
  return new Set(override === undefined ? chain(role) : [override, ...chain(role)]);
}

function call(model: ModelInfo, { failures }: ChooseModel, state: ChoiceState): ModelChoice {
  const record = state.recordOf(model.ref);
  const asked = Math.max(0, record.notBefore - state.now());
  const delayMs = Math.max(asked, backoffMs(model.ref, failures, state.random));
  record.breaker.reserveProbe(delayMs + PROBE_RESERVED_MS);
  return { outcome: 'call', model, delayMs };
}

function reasonToSkip(
  ref: string,
  info: ModelInfo | undefined,
  { question, state }: { readonly question: ChooseModel; readonly state: ChoiceState },
): SkippedModel | undefined {
  if (info === undefined) return { ref, code: 'model_unknown', reason: 'is not a known model' };
  const [name] = splitRef(ref);
  if (!state.providers.has(name)) {
    return { ref, code: 'provider_not_configured', reason: `the provider ${name} is not configured` };
  }
  if (info.price === undefined && !info.unmetered) {
    return { ref, code: 'model_without_price', reason: 'has no price' };
  }
  const missing = missingAbility(info, question.needs);
  if (missing !== undefined) return { ref, code: 'model_lacks_ability', reason: `cannot take ${missing}` };
  return spentReason(ref, question, state) ?? waitReason(ref, state);
}

function missingAbility(info: ModelInfo, needs: ChooseModel['needs']): string | undefined {
  if (needs.tools && !info.tools) return 'tools';
  if (needs.image && !info.accepts.includes('image')) return 'images';
  if (needs.pdf && !info.accepts.includes('pdf')) return 'PDF files';
  return undefined;
}

function spentReason(ref: string, { failures }: ChooseModel, state: ChoiceState): SkippedModel | undefined {
  if (!isSpent(ref, failures)) return undefined;
  const last = failures.findLast((failure) => failure.model === ref);
  const code = last?.code ?? 'provider_unreachable';
  // What the provider said is not per conversation for these codes, so the router's memory may stand in.
  const remembered = state.recordOf(ref).lastFailure;
  const known = remembered?.code === code ? remembered : undefined;
  return {
    ref,
    code,
    reason: withoutFullStop(last?.message ?? known?.message ?? `failed (${code})`),
    remedy: last?.remedy ?? known?.remedy ?? remedyOf(code, ref),
  };
}

function withoutFullStop(sentence: string): string {
  return sentence.endsWith('.') ? sentence.slice(0, -1) : sentence;
}

function waitReason(ref: string, state: ChoiceState): SkippedModel | undefined {
  const { notBefore } = state.recordOf(ref);
  const waitMs = notBefore - state.now();
  if (waitMs <= LONGEST_WAIT_MS) return undefined;
  const at = new Date(notBefore).toISOString().slice(11, 19);
  return {
    ref,
    code: 'provider_rate_limited',
    reason: `its provider asked to wait ${Math.ceil(waitMs / 1000)} s`,
    remedy: `Send the message again after ${at} UTC, or add another model to the chain as a fallback.`,
  };
}

/** The same prompt would be refused again; the turn shortens it or ends. */
function refuseFatal({ model, code, message, remedy }: FormerFailure): ModelChoice {
  const detail =
    code === 'provider_context_exceeded' ? 'the prompt is too long for it' : 'it refused the request';
  return {
    outcome: 'refused',
    code,
    message: message ?? `${model} cannot answer: ${detail}.`,
    remedy: remedy ?? remedyOf(code, model),
  };
}
