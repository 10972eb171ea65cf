import { alertsPane } from './alerts/pane.ts';
import { breakersPane } from './breakers/pane.ts';
import { dbPane } from './db/pane.ts';
import { healthPane } from './health/pane.ts';
import { lagPane } from './lag/pane.ts';
import { matrixPane } from './matrix/pane.ts';
import type { Pane } from './pane.ts';
import { podsPane } from './pods/pane.ts';
import { poolsPane } from './pools/pane.ts';

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
