import type { Fault } from '../../../domain/base/fault.ts';
import { type Level, levelRank } from '../../../domain/facts/level.ts';
import type { KindView, Row } from '../../../domain/facts/snapshot.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import {
  type EnvironmentView,
  isMissingFromHistory,
  type RenderContext,
} from '../../shell/contract/render-context.ts';
import { compareWorstFirst } from '../../shell/panes/ranking.ts';
import { columnEnvironments } from '../../shell/state/environment-label.ts';
import { memoizePerObject } from '../../shell/state/memoize.ts';
import { memoizeReads } from '../../shell/state/tracked-reads.ts';

/** One service in one environment: its worst row, or why there is none. */
export type HealthCell =
  | { readonly is: 'seen'; readonly worst: Row<'health'>; readonly rows: readonly Row<'health'>[] }
  | { readonly is: 'blind'; readonly fault: Fault; readonly env: EnvironmentView }
  | { readonly is: 'waiting' }
  /** The history has no data of this environment at the displayed past time. */
  | { readonly is: 'not-kept' }
  | { readonly is: 'not-set-up' };

/** One service across the environments. The level is that of the open environment. */
export interface ServiceRow extends PaneRow {
  readonly service: string;
  readonly own: HealthCell;
  readonly cells: ReadonlyMap<string, HealthCell>;
}

const envView = (view: RenderContext, env: string): EnvironmentView | undefined =>
  env === view.cockpit.open?.env ? view.own : view.others.get(env);

/** The reason for a missing row: the source failed, has not answered yet, or does not check the service. */
const missingCell = (
  env: EnvironmentView | undefined,
  health: KindView<'health'> | undefined,
): HealthCell => {
  if (env === undefined || health === undefined) return { is: 'not-set-up' };
  const fault = health.faults[0];
  if (fault !== undefined) return { is: 'blind', fault, env };
  return health.waiting > 0 ? { is: 'waiting' } : { is: 'not-set-up' };
};

const byService = memoizePerObject<ReadonlyMap<string, readonly Row<'health'>[]>>();

/** The rows of each service, worst first. */
const rowsByService = (rows: readonly Row<'health'>[]): ReadonlyMap<string, readonly Row<'health'>[]> =>
  byService(rows, [], () =>
    Map.groupBy(
      rows.toSorted((a, b) => levelRank[b.level] - levelRank[a.level]),
      ({ fact }) => fact.service,
    ),
  );

const cellOf = (view: RenderContext, name: string, service: string): HealthCell => {
  if (isMissingFromHistory(view, name)) return { is: 'not-kept' };
  const env = envView(view, name);
  const health = env?.snapshot.kinds.health;
  const rows = (health === undefined ? undefined : rowsByService(health.rows).get(service)) ?? [];
  const read = rows.filter((row) => row.isAwaited !== true);
  const worst = read[0];
  if (worst !== undefined) return { is: 'seen', worst, rows: read };
  return rows.length > 0 ? { is: 'waiting' } : missingCell(env, health);
};

const levelOfCell = (cell: HealthCell): Level => {
  if (cell.is === 'seen') return cell.worst.level;
  return cell.is === 'not-set-up' ? 'ok' : 'unknown';
};

/** The row key of a service. */
export const serviceRowKey = (service: string): string => `health/${service}`;

/** All services of all environments; worst in the open environment first. */
export const selectServiceRows = memoizeReads((view): readonly ServiceRow[] => {
  const environments = columnEnvironments(view);
  const services = new Set<string>();
  for (const env of environments)
    for (const row of envView(view, env)?.snapshot.kinds.health.rows ?? []) services.add(row.fact.service);
  const rows = [...services].map((service): ServiceRow => {
    const own = cellOf(view, view.cockpit.open?.env ?? '', service);
    const subject = own.is === 'seen' ? { subject: { kind: 'health' as const, fact: own.worst.fact } } : {};
    return {
      key: serviceRowKey(service),
      level: levelOfCell(own),
      ...(own.is === 'waiting' && { isAwaited: true as const }),
      label: service,
      text: own.is === 'seen' ? `${service} ${own.worst.fact.status} ${own.worst.fact.detail}` : service,
      service,
      own,
      cells: new Map(environments.map((env) => [env, cellOf(view, env, service)])),
      ...subject,
    };
  });
  return rows.toSorted(compareWorstFirst);
});
