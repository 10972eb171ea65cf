import type { FactKind } from '../../domain/facts/facts.ts';
import type { FeedKind } from '../../domain/facts/reading.ts';
import { derivedFromKinds, factKinds, kindOf } from '../../kinds/registry/registry.ts';
import { alertsPane } from '../features/alerts/pane.ts';
import { breakersPane } from '../features/breakers/pane.ts';
import { ciPane } from '../features/ci/pane.ts';
import { dbPane } from '../features/db/pane.ts';
import { healthPane } from '../features/health/pane.ts';
import { lagPane } from '../features/lag/pane.ts';
import { matrixPane } from '../features/matrix/pane.ts';
import { nodesPane } from '../features/nodes/pane.ts';
import { podsPane } from '../features/pods/pane.ts';
import { poolsPane } from '../features/pools/pane.ts';
import { queuesPane } from '../features/queues/pane.ts';
import type { Pane } from '../shell/contract/pane.ts';
import { isolatePane } from '../shell/panes/isolate.ts';
import { createKindPane } from '../shell/panes/kind-pane.ts';

/** Panes designed for a specific kind. */
const builtIn: readonly Pane[] = [
  healthPane,
  matrixPane,
  breakersPane,
  lagPane,
  poolsPane,
  podsPane,
  nodesPane,
  alertsPane,
  dbPane,
  queuesPane,
  ciPane,
];

/** Panes of the other kinds, generated from the kind's fields. */
export const kindPanes = derivedFromKinds((): readonly Pane[] =>
  factKinds()
    .filter((name) => !builtIn.some(({ kind }) => kind === name))
    .map((name) => createKindPane(kindOf<FactKind>(name), name)),
);

/** Panes with objects of the environment, shown in the overview and used for the findings of NOW. */
export const environmentPanes = derivedFromKinds((): readonly Pane[] =>
  [...builtIn, ...kindPanes()].map(isolatePane),
);

/** The pane for a kind of feeds; undefined if there is none. */
export const paneForKind = (wanted: FeedKind): Pane | undefined =>
  environmentPanes().find(({ kind }) => kind === wanted);
