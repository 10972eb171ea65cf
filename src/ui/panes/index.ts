import { contactsPane } from '../features/contacts/pane.ts';
import { healthPane } from '../features/health/pane.ts';
import { journalPane } from '../features/journal/pane.ts';
import { linksPane } from '../features/links/pane.ts';
import { logsPane } from '../features/logs/pane.ts';
import { nowPane } from '../features/now/pane.ts';
import { runbooksPane } from '../features/runbooks/pane.ts';
import { runsPane } from '../features/runs/pane.ts';
import type { Pane } from './pane.ts';
import { watchedPanes } from './watched.ts';

/** The panes that there are: a pane of things that are read is put into `watched.ts`, one that gathers into here. */
export const panes: readonly Pane[] = [
  ...watchedPanes,
  logsPane,
  nowPane,
  journalPane,
  runbooksPane,
  runsPane,
  contactsPane,
  linksPane,
];

/** Where the cursor is at first. */
export const firstPane: Pane = healthPane;

export const paneById = (id: string): Pane => panes.find((pane) => pane.id === id) ?? firstPane;
