import type { Migration } from '../files/migrate.ts';
import { ground } from './0001-ground.ts';

/** In order; a released one never changes. */
export const MIGRATIONS: readonly Migration[] = [ground];
