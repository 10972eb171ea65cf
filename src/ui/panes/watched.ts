import type { FactKind } from '../../domain/facts.ts';
import type { FeedKind } from '../../domain/reading.ts';
import { factKinds, kindOf, madeOfKinds } from '../../kinds/registry.ts';
import { alertsPane } from './alerts/pane.ts';
import { breakersPane } from './breakers/pane.ts';
import { dbPane } from './db/pane.ts';
import { healthPane } from './health/pane.ts';
import { kindPane } from './kind-pane.ts';
import { lagPane } from './lag/pane.ts';
import { matrixPane } from './matrix/pane.ts';
import type { Pane } from './pane.ts';
import { podsPane } from './pods/pane.ts';
import { poolsPane } from './pools/pane.ts';

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
export const kindPanes = madeOfKinds((): readonly Pane[] =>
  factKinds()
    .filter((name) => !builtIn.some(({ kind }) => kind === name))
    .map((name) => kindPane(kindOf<FactKind>(name), name)),
);

/** Panes whose rows are things of the environment: what NOW gathers findings from, and what the overview shows. */
export const watchedPanes = madeOfKinds((): readonly Pane[] => [...builtIn, ...kindPanes()]);

/** The pane that shows the rows of a kind of feeds; undefined when none does. */
export const paneOfKind = (wanted: FeedKind): Pane | undefined =>
  watchedPanes().find(({ kind }) => kind === wanted);
