import { alertsPane } from '../features/alerts/pane.ts';
import { breakersPane } from '../features/breakers/pane.ts';
import { dbPane } from '../features/db/pane.ts';
import { healthPane } from '../features/health/pane.ts';
import { lagPane } from '../features/lag/pane.ts';
import { matrixPane } from '../features/matrix/pane.ts';
import { podsPane } from '../features/pods/pane.ts';
import { poolsPane } from '../features/pools/pane.ts';
import type { Pane } from './pane.ts';

/** Panes whose rows are things of the environment: what NOW gathers findings from, and what the overview shows. */
export const watchedPanes: readonly Pane[] = [
  healthPane,
  matrixPane,
  breakersPane,
  lagPane,
  poolsPane,
  podsPane,
  alertsPane,
  dbPane,
];
