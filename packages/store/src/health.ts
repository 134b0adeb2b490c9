import { statSync } from 'node:fs';
import type { StoreHealth } from '@bakerst/shared/store/system-store';
import type { PreparedDatabase } from './files/prepare-database.ts';
import { runInBackground } from './files/run-in-background.ts';
import type { WriteClient } from './writer/write-client.ts';

export interface HealthCheck {
  health(): Promise<StoreHealth>;
  stop(): Promise<void>;
}

/** Answers whether the database can be written now, and what its integrity check said. */
export function createHealth(file: string, prepared: PreparedDatabase, writer: WriteClient): HealthCheck {
  let integrity = 'intact';
  const check = prepared.isChecked ? undefined : runInBackground({ type: 'check', file });
  if (check !== undefined) integrity = 'being checked';
  check?.answer.then(
    (answer) => {
      const findings = answer.type === 'checked' ? answer.findings : [];
      integrity = findings.length === 0 ? 'intact' : `damaged: ${findings.join('; ')}`;
    },
    (error: Error) => {
      integrity = `not checked: ${error.message}`;
    },
  );
  return {
    async health() {
      const trouble = await writer.run('probe', undefined).then(
        () => undefined,
        (error: Error) => error.message,
      );
      return {
        ok: trouble === undefined && !integrity.startsWith('damaged'),
        detail: trouble ?? integrity,
        bytes: sizeOf(file) + sizeOf(`${file}-wal`),
        schemaVersion: prepared.schemaVersion,
      };
    },
    stop: async () => {
      await check?.stop();
    },
  };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
