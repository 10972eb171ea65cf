import type { Row } from '../../../domain/snapshot.ts';
import type { Breaker } from '../../../kinds/breakers/fact.ts';
import { type Grouping, groupedRows, groupRow } from '../../panes/grouped.ts';
import type { PaneRow } from '../../panes/row.ts';
import { madeOnce } from '../../panes/rows-of.ts';
import { byName, worstFirst } from '../../panes/worst-first.ts';
import type { View } from '../../view.ts';

/** One circuit breaker of one instance. */
export interface BreakerRow extends PaneRow {
  readonly fact: Breaker;
  readonly row: Row<'breakers'>;
  readonly instance: string;
  /** Of a group: the breakers in it. `fact` and `row` are those of its worst. */
  readonly members?: readonly BreakerRow[];
}

/** What the instance is called; a service that was asked as a whole goes by its own name. */
const instanceOf = ({
  service,
  instance,
}: {
  readonly service: string;
  readonly instance: string;
}): string => (instance === '' ? service : instance);

/** 'HALF-OPEN' */
export const stateOf = (fact: Breaker): string => fact.state.toUpperCase();

/** All that they are made from. */
export const breakersFrom = ({ own }: View): readonly unknown[] => [own?.snapshot.kinds.breakers.rows];

/** Every breaker of the open environment on its own, worst first. */
export const plainBreakerRows = madeOnce(
  'breakers',
  (view): readonly BreakerRow[] =>
    (view.own?.snapshot.kinds.breakers.rows ?? [])
      .map((row): BreakerRow => {
        const { fact } = row;
        const instance = instanceOf(fact);
        return {
          key: row.key,
          level: row.level,
          label: `${instance} · ${fact.name}`,
          text: `${instance} ${fact.name} ${fact.state}`,
          subject: { kind: 'breakers', fact },
          fact,
          row,
          instance,
        };
      })
      .toSorted(worstFirst),
  breakersFrom,
);

export const breakerGroupings: readonly Grouping<BreakerRow>[] = [
  { name: 'service', of: ({ fact }) => fact.service },
  { name: 'instance', of: ({ instance }) => instance },
  { name: 'name', of: ({ fact }) => fact.name },
];

/** The rows are worst first, so the first member is the worst. */
const groupOf = (grouping: string, name: string, members: readonly BreakerRow[]): BreakerRow[] =>
  members.slice(0, 1).map((worst) => ({
    ...groupRow(grouping, name, members),
    fact: worst.fact,
    row: worst.row,
    instance: name,
    members,
  }));

type Compare = (a: BreakerRow, b: BreakerRow) => number;
const greatest =
  (of: (fact: Breaker) => number | undefined): Compare =>
  (a, b) =>
    (of(b.fact) ?? -1) - (of(a.fact) ?? -1) || byName(a, b);

export const breakerOrders: readonly { readonly name: string; readonly by: Compare }[] = [
  { name: 'by name', by: byName },
  { name: 'by failure rate', by: greatest((fact) => fact.failureRate) },
  { name: 'by slow rate', by: greatest((fact) => fact.slowCallRate) },
  { name: 'by calls not permitted', by: greatest((fact) => fact.notPermittedCalls) },
  { name: 'newest first', by: (a, b) => (b.row.since ?? -1) - (a.row.since ?? -1) || byName(a, b) },
];

/** Every breaker, or the groups that `b` puts them into. */
export const breakerRows = groupedRows<BreakerRow>({
  id: 'breakers',
  orders: breakerOrders,
  from: breakersFrom,
  groupings: () => breakerGroupings,
  plain: plainBreakerRows,
  group: groupOf,
});
