import { alertsPane } from './alerts/pane.ts';
import { breakersPane } from './breakers/pane.ts';
import { dbPane } from './db/pane.ts';
import { healthPane } from './health/pane.ts';
import { lagPane } from './lag/pane.ts';
import { matrixPane } from './matrix/pane.ts';
import type { Pane } from './pane.ts';
import { podsPane } from './pods/pane.ts';
import { poolsPane } from './pools.ts';

/** The panes that there are, by digit: the only list that a new pane is put into. */
export const panes: readonly Pane[] = [
  healthPane,
  matrixPane,
  breakersPane,
  lagPane,
  poolsPane,
  podsPane,
  alertsPane,
  dbPane,
];

/** Where the cursor is at first. */
export const firstPane: Pane = healthPane;

/** What the digits will be for; a pane that is not there yet says so. */
export const paneNames: Readonly<Record<number, string>> = {
  1: 'HEALTH',
  2: 'MATRIX',
  3: 'BREAKERS',
  4: 'LAG',
  5: 'POOLS',
  6: 'PODS',
  7: 'ALERTS',
  8: 'LOGS',
  9: 'INCIDENT',
};

/** Panes that stand side by side in the overview, top to bottom, where the screen is wide enough for it. */
export const bands: readonly (readonly string[])[] = [
  ['health'],
  ['matrix'],
  ['breakers', 'lag'],
  ['pools', 'pods'],
  ['db'],
  ['alerts'],
];

export const paneById = (id: string): Pane => panes.find((pane) => pane.id === id) ?? firstPane;
