import type { FactKind } from '../../domain/facts.ts';
import type { FeedKind } from '../../domain/reading.ts';
import { derivedFromKinds, factKinds, kindOf } from '../../kinds/registry.ts';
import { alertsPane } from '../features/alerts/pane.ts';
import { breakersPane } from '../features/breakers/pane.ts';
import { dbPane } from '../features/db/pane.ts';
import { healthPane } from '../features/health/pane.ts';
import { lagPane } from '../features/lag/pane.ts';
import { matrixPane } from '../features/matrix/pane.ts';
import { podsPane } from '../features/pods/pane.ts';
import { poolsPane } from '../features/pools/pane.ts';
import { createKindPane } from './kind-pane.ts';
import type { Pane } from './pane.ts';

/** Panes made for their kinds. */
const builtIn: readonly Pane[] = [
  healthPane,
  matrixPane,
  breakersPane,
  lagPane,
  poolsPane,
  podsPane,
  alertsPane,
  dbPane,
];

/** Panes of kinds that have none of their own, and so get one made of their fields. */
export const kindPanes = derivedFromKinds((): readonly Pane[] =>
  factKinds()
    .filter((name) => !builtIn.some(({ kind }) => kind === name))
    .map((name) => createKindPane(kindOf<FactKind>(name), name)),
);

/** Panes whose rows are things of the environment: what NOW gathers findings from, and what the overview shows. */
export const environmentPanes = derivedFromKinds((): readonly Pane[] => [...builtIn, ...kindPanes()]);

/** The pane that shows the rows of a kind of feeds; undefined when none does. */
export const paneForKind = (wanted: FeedKind): Pane | undefined =>
  environmentPanes().find(({ kind }) => kind === wanted);
