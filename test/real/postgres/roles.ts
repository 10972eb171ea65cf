import { secret } from '../../contract/wired.ts';
import type { Address } from '../servers/server.ts';

/**
 * Who may log in. `postgres` owns the server and keeps three connections for itself; `opsdeck` is what a cockpit should
 * be given (pg_monitor, pg_signal_backend); `bystander` has no right beyond CONNECT, so it sees no query text of others;
 * `shop` is the application, and owns its tables.
 */
export const passwords = {
  postgres: 'postgres+owns',
  opsdeck: secret,
  bystander: 'bystander+looks',
  shop: 'shop+sells',
} as const;

export type Role = keyof typeof passwords;

/** The database that the application works in. */
export const database = 'shop';
/** So few that a suite can take them all; the last three are the superuser's. */
export const maxConnections = 20;

/** A connect string with its password. */
export const urlOf = ({ port }: Address, role: Role): string =>
  `postgres://${role}:${encodeURIComponent(passwords[role])}@127.0.0.1:${port}/${database}`;
