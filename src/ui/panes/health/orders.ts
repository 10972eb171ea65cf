import { rank } from '../../../domain/level.ts';
import { byName, worstFirst } from '../worst-first.ts';
import type { HealthCell, ServiceRow } from './rows.ts';

const latencyOf = ({ own }: ServiceRow): number =>
  own.is === 'seen' ? (own.worst.fact.latencyMs ?? -1) : -1;
const sinceOf = ({ own }: ServiceRow): number => (own.is === 'seen' ? (own.worst.since ?? -1) : -1);

const levelOf = (cell: HealthCell): number =>
  cell.is === 'seen' ? rank[cell.worst.level] : cell.is === 'not-set-up' ? rank.ok : rank.unknown;
const worstAnywhere = ({ cells }: ServiceRow): number => Math.max(0, ...[...cells.values()].map(levelOf));

/** Orders of 1 HEALTH besides worst first, which is by the open environment. */
export const healthOrders: readonly {
  readonly name: string;
  compare(a: ServiceRow, b: ServiceRow): number;
}[] = [
  { name: 'by name', compare: byName },
  { name: 'slowest first', compare: (a, b) => latencyOf(b) - latencyOf(a) || byName(a, b) },
  { name: 'newest change first', compare: (a, b) => sinceOf(b) - sinceOf(a) || byName(a, b) },
  {
    name: 'worst in any environment',
    compare: (a, b) => worstAnywhere(b) - worstAnywhere(a) || worstFirst(a, b),
  },
];
