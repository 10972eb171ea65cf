import { defined } from '../../domain/base/defined.ts';
import { sumKnown } from '../../domain/base/sums.ts';
import type { DbSession } from '../sessions/fact.ts';
import type { Pool } from './fact.ts';

/** A server's connection slots with the application pools that connect to it. */
export interface ServerUse {
  readonly server: Pool;
  /** Application pools whose sessions are on this server, and on no other. */
  readonly pools: readonly Pool[];
  /** Pools of its kind whose server is unknown. */
  readonly unplaced: readonly Pool[];
  /** Connections in use by those pools; absent when none reports them. */
  readonly active?: number;
  /** Connections that those pools may open in total, as far as reported; absent when none reports a maximum. */
  readonly max?: number;
  /** Number of pools without a reported maximum: their connections come on top. */
  readonly unbounded: number;
}

/** Drivers by the server they connect to, when the names differ. */
const drivers: Readonly<Record<string, readonly string[]>> = { postgres: ['hikari', 'go-sql'] };

const canConnect = (pool: Pool, server: Pool): boolean =>
  pool.kind === server.kind || drivers[server.kind]?.includes(pool.kind) === true;

/**
 * Returns whether a session belongs to a pool: 'billing' as application name or user matches the pool of service
 * billing or instance billing-0. A driver's default name matches none.
 */
export const isSessionOf = (session: DbSession, { service, instance }: Pool): boolean =>
  [session.application ?? '', session.user].some(
    (name) => name !== '' && (name === service || name === instance),
  );

/**
 * Assigns application pools to servers. Only sessions show which pool connects where: a pool whose name is on several
 * servers, or on none, is `unplaced` on every server of its kind. `isServer` identifies the server's own row.
 */
export const serverUses = (
  pools: readonly Pool[],
  sessions: readonly DbSession[],
  isServer: (pool: Pool) => boolean,
): readonly ServerUse[] => {
  const servers = pools.filter(isServer);
  const applications = pools.filter((pool) => !isServer(pool));
  const sourcesOf = new Map(
    applications.map((pool) => [
      pool,
      new Set(sessions.filter((session) => isSessionOf(session, pool)).map(({ source }) => source)),
    ]),
  );
  return servers.map((server): ServerUse => {
    const possible = applications.filter((pool) => canConnect(pool, server));
    const isHere = (pool: Pool): boolean => sourcesOf.get(pool)?.has(server.source) === true;
    const isPlaced = (pool: Pool): boolean => sourcesOf.get(pool)?.size === 1;
    const here = possible.filter((pool) => isHere(pool) && isPlaced(pool));
    const active = sumKnown(here.map((pool) => pool.active));
    const max = sumKnown(here.map((pool) => pool.max));
    return {
      server,
      pools: here,
      unplaced: possible.filter((pool) => !isPlaced(pool)),
      unbounded: here.filter((pool) => pool.max === undefined).length,
      ...defined({ active, max }),
    };
  });
};

/** Returns whether the pools may open more connections in total than the server accepts. */
export const isOverLimit = ({ server, max }: ServerUse): boolean =>
  max !== undefined && server.max !== undefined && max > server.max;
