import type { Budget } from '@bakerst/models/budget';
import { type ConfigurableModelRouter, createModelRouter } from '@bakerst/models/create-model-router';
import { createBudget } from '@bakerst/models/monthly-budget';
import { createDemoProvider } from '@bakerst/providers/demo/demo-provider';
import type { Closers } from './closers.ts';
import { type BuiltProviders, buildProviders } from './configuration/build-providers.ts';
import { checkBootRoles } from './configuration/check-boot-roles.ts';
import { createModelTables, type ModelTables } from './configuration/model-tables.ts';
import { watchModels } from './configuration/watch-models.ts';
import { type Ground, recordEvent } from './ground.ts';
import { createSecretRegister, type SecretRegister } from './secrets/secret-register.ts';
import type { SecretStore } from './secrets/secret-store.ts';
import { createSecretStore } from './secrets/secret-store.ts';

export interface Models {
  readonly router: ConfigurableModelRouter;
  readonly tables: ModelTables;
  readonly budget: Budget;
  readonly secrets: SecretStore;
  /** What was read through `secrets`. */
  readonly register: SecretRegister;
  /** Looks for local model servers from now on; `refresh` is called when something new was found. */
  watch(refresh: () => void): void;
}

export interface ModelsOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly demoDelayMs?: number;
}

/** Builds providers, catalog, router and budget from the boot settings. */
export function startModels(ground: Ground, options: ModelsOptions, closers: Closers): Models {
  const { config, now, log } = ground;
  const { settings } = config;
  const register = createSecretRegister();
  const secrets = register.watch(
    createSecretStore({
      env: options.env,
      now,
      onRead: ({ ref, purpose }) => {
        recordEvent(ground, 'secret.read', { ref, purpose }).catch((error: unknown) => {
          log.error({ err: error }, 'The read of a secret could not be recorded.');
        });
      },
    }),
  );
  const demo = createDemoProvider(
    options.demoDelayMs === undefined ? {} : { wordDelayMs: options.demoDelayMs },
  );
  const built: BuiltProviders = buildProviders({ settings, secrets, demo });
  closers.add('providers', () => built.close());
  const tables = createModelTables({ settings, built });
  checkBootRoles(config, tables.references());
  const router = createModelRouter({ ...tables.current({}), now, random: Math.random });
  const limitMicros = Math.round(settings.budget.monthlyLimitUsd * 1_000_000);
  return {
    router,
    tables,
    secrets,
    register,
    budget: createBudget({ limitMicros, now }),
    watch: (refresh) => {
      const onSilence = (provider: string, reason: string) =>
        log.debug({ provider, reason }, 'no models found');
      const watching = watchModels({ tables, refresh, onSilence });
      closers.add('model watch', () => watching.stop());
    },
  };
}
