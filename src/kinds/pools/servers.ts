import type { DbSession } from '../sessions/fact.ts';
import type { Pool } from './fact.ts';

/** A server's slots beside the application pools that lead to it. */
export interface ServerUse {
  readonly server: Pool;
  /** Pools of applications whose sessions are seen on this server, and on no other. */
  readonly pools: readonly Pool[];
  /** Pools of its kind of which nothing tells where they lead. */
  readonly unplaced: readonly Pool[];
  /** Connections that those pools have taken; absent when none of them says. */
  readonly active?: number;
  /** Connections that they may open together, as far as they say; absent when none of them does. */
  readonly max?: number;
  /** How many of them report no maximum: what they may open comes on top. */
  readonly unbounded: number;
}

/** Drivers that are not named after the server that they connect to. */
const drivers: Readonly<Record<string, readonly string[]>> = { postgres: ['hikari', 'go-sql'] };

const canConnect = (pool: Pool, server: Pool): boolean =>
  pool.kind === server.kind || drivers[server.kind]?.includes(pool.kind) === true;

/** 'billing' is the application of pool billing, of instance billing-0, and of user billing; a driver's own name is nobody's. */
export const isSessionOf = (session: DbSession, { service, instance }: Pool): boolean =>
  [session.application ?? '', session.user].some(
    (name) => name !== '' && (name === service || name === instance),
  );

const sum = (values: readonly (number | undefined)[]): number | undefined => {
  const present = values.filter((value) => value !== undefined);
  return present.length === 0 ? undefined : present.reduce((total, value) => total + value, 0);
};

/**
 * The pools of applications on each server. Only sessions tell which pool leads where: a pool whose name is on several
 * servers, or on none, is `unplaced` on every server of its kind rather than guessed at. `isServer` tells the server's own row.
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
      new Set(sessions.filter((one) => isSessionOf(one, pool)).map(({ source }) => source)),
    ]),
  );
  return servers.map((server): ServerUse => {
    const possible = applications.filter((pool) => canConnect(pool, server));
    const isHere = (pool: Pool): boolean => sourcesOf.get(pool)?.has(server.source) === true;
    const isPlaced = (pool: Pool): boolean => sourcesOf.get(pool)?.size === 1;
    const here = possible.filter((pool) => isHere(pool) && isPlaced(pool));
    const active = sum(here.map((pool) => pool.active));
    const max = sum(here.map((pool) => pool.max));
    return {
      server,
      pools: here,
      unplaced: possible.filter((pool) => !isPlaced(pool)),
      unbounded: here.filter((pool) => pool.max === undefined).length,
      ...(active === undefined ? {} : { active }),
      ...(max === undefined ? {} : { max }),
    };
  });
};

/** True when the pools may open more connections together than the server takes. */
export const isOverLimit = ({ server, max }: ServerUse): boolean =>
  max !== undefined && server.max !== undefined && max > server.max;
