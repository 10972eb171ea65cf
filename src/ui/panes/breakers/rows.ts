import type { Breaker } from '../../../domain/facts.ts';
import type { Row } from '../../../domain/snapshot.ts';
import type { View } from '../../view.ts';
import type { PaneRow } from '../pane.ts';
import { worstFirst } from '../worst-first.ts';

/** One circuit breaker of one instance. */
export interface BreakerRow extends PaneRow {
  readonly fact: Breaker;
  readonly row: Row<'breakers'>;
  readonly instance: string;
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

/** Every breaker of the open environment, worst first. */
export const breakerRows = (view: View): readonly BreakerRow[] =>
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
    .toSorted(worstFirst);
