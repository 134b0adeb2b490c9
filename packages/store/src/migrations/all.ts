import type { Migration } from '../files/migrate.ts';
import { ground } from './0001-ground.ts';
import { guard } from './0002-guard.ts';
import { policy } from './0003-policy.ts';

/** In order; a released one never changes. */
export const MIGRATIONS: readonly Migration[] = [ground, guard, policy];
