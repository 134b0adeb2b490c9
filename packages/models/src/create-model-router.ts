import type { ModelInfo, ModelRole, ModelStreamEvent, Provider } from '@bakerst/shared/models';
import type { RoleSettings } from '@bakerst/shared/settings';
import { type ModelCatalog, splitRef } from './catalog.ts';
import { chooseModel } from './choose-model.ts';
import { modelsError } from './errors.ts';
import { createHealthRecord, type ModelHealthRecord, noteFailure, noteSuccess } from './model-health.ts';
import type { ModelHealth, ModelRouter } from './model-router.ts';

/** What may change while the brain runs; swapped as a whole. */
export interface RouterTables {
  readonly catalog: ModelCatalog;
  readonly roles: RoleSettings;
  readonly providers: ReadonlyMap<string, Provider>;
}

export interface ModelRouterParts extends RouterTables {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
}

export interface ConfigurableModelRouter extends ModelRouter {
  /** Takes effect for the next choice; calls that are running keep the provider that they began with. */
  update(tables: Partial<RouterTables>): void;
}

const ROLES: readonly ModelRole[] = ['agent', 'worker', 'observer', 'reflector', 'planner'];

export function createModelRouter({ now, random, ...initial }: ModelRouterParts): ConfigurableModelRouter {
  let tables: RouterTables = initial;
  const records = new Map<string, ModelHealthRecord>();
  const recordOf = (ref: string): ModelHealthRecord => {
    const known = records.get(ref);
    if (known !== undefined) return known;
    const record = createHealthRecord(now);
    records.set(ref, record);
    return record;
  };
  const chain = (role: ModelRole) => tables.roles[role] ?? tables.roles.agent ?? [];

  return {
    chain,
    find: (ref) => tables.catalog.find(ref),
    choose: (question) => chooseModel(question, { ...tables, chain, recordOf, now, random }),
    stream(model, request, signal) {
      const [name] = splitRef(model.ref);
      const provider = tables.providers.get(name);
      if (provider === undefined) throw providerMissing(model.ref, name);
      return watched(provider.stream(request, signal), { record: recordOf(model.ref), signal, now });
    },
    list: () =>
      listedRefs(tables, chain).flatMap((ref) => {
        const info = tables.catalog.find(ref);
        if (info === undefined) return [];
        const roles = ROLES.filter((role) => chain(role).includes(ref));
        return [{ info, roles, health: healthOf(info, tables, { record: records.get(ref), now }) }];
      }),
    update(changed) {
      tables = { ...tables, ...changed };
      for (const ref of records.keys()) {
        if (tables.catalog.find(ref) === undefined) records.delete(ref);
      }
    },
  };
}

/** Models in a chain that the catalog does not list (an Ollama tag that is not pulled yet) are shown too. */
function listedRefs(tables: RouterTables, chain: (role: ModelRole) => readonly string[]): readonly string[] {
  return [...new Set([...tables.catalog.list().map((info) => info.ref), ...ROLES.flatMap((r) => chain(r))])];
}

/** Passes the stream through and tells the model's record how it ended. */
async function* watched(
  events: AsyncIterable<ModelStreamEvent>,
  watch: { readonly record: ModelHealthRecord; readonly signal: AbortSignal; readonly now: () => number },
): AsyncGenerator<ModelStreamEvent> {
  const { record, signal, now } = watch;
  let settled = false;
  record.breaker.callBegan();
  try {
    for await (const event of events) {
      if (event.type === 'end') {
        settled = true;
        noteSuccess(record);
      }
      yield event;
    }
  } catch (error) {
    if (!settled && !signal.aborted) {
      settled = true;
      noteFailure(record, error, now());
    }
    throw error;
  } finally {
    // Aborted, or the reader lost interest: the model is not to blame, and its probe is free again.
    if (!settled) record.breaker.abandoned();
  }
}

function healthOf(
  info: ModelInfo,
  { providers }: RouterTables,
  { record, now }: { readonly record: ModelHealthRecord | undefined; readonly now: () => number },
): ModelHealth {
  const [name] = splitRef(info.ref);
  if (!providers.has(name)) {
    return { state: 'no_credential', detail: `The provider ${name} has no key and no address.` };
  }
  if (info.price === undefined && !info.unmetered) {
    return { state: 'no_price', detail: 'What a call costs is not known.' };
  }
  const last = record?.lastFailure;
  if (record === undefined || last === undefined) return { state: 'ready' };
  if (last.code === 'provider_not_configured') return { state: 'no_credential', detail: last.message };
  if (last.code === 'provider_unreachable') return { state: 'unreachable', detail: last.message };
  if (record.breaker.state() === 'open') {
    const seconds = Math.max(0, Math.ceil((record.breaker.opensUntil() - now()) / 1000));
    return { state: 'circuit_open', detail: `${last.message} Tried again in ${seconds} s.` };
  }
  return { state: 'ready', detail: `Last call failed: ${last.message}` };
}

function providerMissing(ref: string, name: string) {
  return modelsError({
    code: 'provider_not_configured',
    message: `${ref} cannot be called: the provider ${name} is not configured.`,
    remedy: `Add providers.${name} to config.json, or choose another model.`,
  });
}
