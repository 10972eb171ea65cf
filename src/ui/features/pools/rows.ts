import type { Row } from '../../../domain/facts/snapshot.ts';
import { type PossibleStart, startOf } from '../../../domain/facts/state-start.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import type { Pool } from '../../../kinds/pools/fact.ts';
import type { ServerUse } from '../../../kinds/pools/servers.ts';
import { isOverLimit, serverUses } from '../../../kinds/pools/servers.ts';
import { utilOf } from '../../../kinds/pools/use.ts';
import { rowName } from '../../../kinds/registry/registry.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { createGroupedRows, createGroupRow, type RowGrouping } from '../../shell/panes/grouped-rows.ts';
import type { PaneOrder } from '../../shell/panes/order.ts';
import { compareByLabel, compareWorstFirst } from '../../shell/panes/ranking.ts';
import { memoizePerObject } from '../../shell/state/memoize.ts';
import { memoizeReads } from '../../shell/state/tracked-reads.ts';

/** A row of Connection pools: a pool, the total of the application pools of a server, or a group of pools. */
export interface PoolRow extends PaneRow, PossibleStart {
  readonly name: string;
  /** For several pools, their sums. */
  readonly fact: Pool;
  readonly stale: boolean;
  /** The fact row, for a single pool. */
  readonly row?: Row<'pools'>;
  /** For the total of a server: the usage of its connections by the application pools. */
  readonly use?: ServerUse;
  /** True for the connection slots of a server. The application pools are part of them. */
  readonly isServer?: boolean;
  readonly members?: readonly PoolRow[];
}

/** Sums the numeric fields of the pools. A field that no pool reports is absent. */
const sums = (pools: readonly Pool[]): Readonly<Record<string, number>> => {
  const totals: Record<string, number> = {};
  for (const { at, ...pool } of pools)
    for (const [name, value] of Object.entries(pool))
      if (typeof value === 'number') totals[name] = (totals[name] ?? 0) + value;
  return totals;
};

const oneRow = (row: Row<'pools'>, isServer: boolean): PoolRow => {
  const { fact } = row;
  const name = rowName('pools', fact);
  return {
    key: row.key,
    level: row.level,
    label: name,
    text: `${name} ${fact.service} ${fact.kind}`,
    subject: { kind: 'pools', fact },
    name,
    fact,
    stale: row.stale,
    row,
    isServer,
    ...startOf(row),
  };
};

/** The total row of the application pools of a server. Warns if together they can exceed the server's limit. */
const sumRow = (use: ServerUse): PoolRow => {
  const { server, pools } = use;
  const name = `${server.service} · ${pluralize(pools.length, 'application pool')}`;
  const { source, at, kind } = server;
  return {
    key: `use/${source}/${server.name}`,
    level: isOverLimit(use) ? 'warn' : 'ok',
    label: name,
    text: `${name} ${kind} ${pools.map((pool) => pool.service).join(' ')}`,
    name,
    fact: { source, at, service: server.service, instance: '', name: 'pools', kind, ...sums(pools) },
    stale: false,
    use,
  };
};

const memoized = memoizePerObject<readonly ServerUse[]>();

/** The servers with the pools that connect to them. Memoized per snapshot. */
export const poolServerUses = ({ own }: Pick<RenderContext, 'own'>): readonly ServerUse[] => {
  if (own === undefined) return [];
  const { kinds } = own.snapshot;
  const { sources } = own.facts.frame;
  return memoized(own.snapshot, [], () =>
    serverUses(
      kinds.pools.rows.filter(({ stale }) => !stale).map(({ fact }) => fact),
      kinds.sessions.rows.filter(({ stale }) => !stale).map(({ fact }) => fact),
      (pool) => sources[pool.source]?.type === pool.kind,
    ),
  );
};

/** True if the total row is shown: in the full pane, or in the overview if the total exceeds the limit. */
const isShown = (view: RenderContext, use: ServerUse): boolean =>
  use.pools.length > 0 && (view.ui.place !== 'overview' || isOverLimit(use));

/** All pools, plus the total row of each server. */
const flatRows = (view: RenderContext): readonly PoolRow[] => [
  ...(view.own?.snapshot.kinds.pools.rows ?? []).map((row) =>
    oneRow(
      row,
      poolServerUses(view).some(({ server }) => server === row.fact),
    ),
  ),
  ...poolServerUses(view)
    .filter((use) => isShown(view, use))
    .map(sumRow),
];

const noServer = 'unknown server';

/** The server of a pool. Total rows and the server's own row belong to the same server. */
const serverOf = (view: RenderContext, { fact, use }: PoolRow): string => {
  if (use !== undefined) return use.server.service;
  const match = poolServerUses(view).find(
    ({ server, pools }) => server === fact || pools.some((pool) => pool === fact),
  );
  return match?.server.service ?? noServer;
};

export const poolGroupings = (view: RenderContext): readonly RowGrouping<PoolRow>[] => [
  { name: 'server', of: (row) => serverOf(view, row) },
  { name: 'service', of: ({ fact }) => fact.service },
  { name: 'kind', of: ({ fact }) => fact.kind },
];

const groupOf = (grouping: string, name: string, members: readonly PoolRow[]): readonly PoolRow[] => {
  // Exclude totals and server slots, which already contain the application pools.
  const pools = members.filter(({ row }) => row !== undefined);
  const applications = pools.filter(({ isServer }) => isServer !== true);
  const counted = applications.length === 0 ? pools : applications;
  const [first] = members;
  const { source = '', at = 0, kind = 'hikari' } = first?.fact ?? {};
  return [
    {
      ...createGroupRow(grouping, name, members),
      name,
      fact: {
        source,
        at,
        service: name,
        instance: '',
        name: '',
        kind,
        ...sums(counted.map(({ fact }) => fact)),
      },
      stale: members.every(({ stale }) => stale),
      members: pools,
    },
  ];
};

export const poolOrders: readonly PaneOrder<PoolRow>[] = [
  { name: 'by name', column: 'POOL', compare: compareByLabel },
  { name: 'by use', column: 'USE', value: ({ fact }) => utilOf(fact), largestFirst: true },
  { name: 'by waiting threads', column: 'WAITING', value: ({ fact }) => fact.pending, largestFirst: true },
  { name: 'by maximum', column: 'MAX', value: ({ fact }) => fact.max, largestFirst: true },
];

/** All pools without grouping, worst first. */
export const ungroupedPoolRows = memoizeReads((view) => flatRows(view).toSorted(compareWorstFirst));

export const selectPoolRows = createGroupedRows<PoolRow>({
  id: 'pools',
  groupings: poolGroupings,
  plain: ungroupedPoolRows,
  group: groupOf,
});
