import { secret } from '../../contract/wired.ts';
import type { Address } from '../servers/server.ts';

/**
 * Passwords of the login roles. `postgres`: superuser with three reserved connections. `opsdeck`: the permissions for a
 * cockpit (pg_monitor, pg_signal_backend). `bystander`: only CONNECT, so it sees no query text of others. `shop`: the
 * application, owner of its tables.
 */
export const passwords = {
  postgres: 'postgres+owns',
  opsdeck: secret,
  bystander: 'bystander+looks',
  shop: 'shop+sells',
} as const;

export type Role = keyof typeof passwords;

/** Database of the application. */
export const database = 'shop';
/** Small enough for a suite to use all; the last three are reserved for the superuser. */
export const maxConnections = 20;

/** A connection string with the password. */
export const urlOf = ({ port }: Address, role: Role): string =>
  `postgres://${role}:${encodeURIComponent(passwords[role])}@127.0.0.1:${port}/${database}`;
