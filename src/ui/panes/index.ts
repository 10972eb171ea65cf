import { derivedFromKinds } from '../../kinds/registry.ts';
import { contactsPane } from '../features/contacts/pane.ts';
import { healthPane } from '../features/health/pane.ts';
import { journalPane } from '../features/journal/pane.ts';
import { linksPane } from '../features/links/pane.ts';
import { logsPane } from '../features/logs/pane.ts';
import { nowPane } from '../features/now/pane.ts';
import { runbooksPane } from '../features/runbooks/pane.ts';
import { runsPane } from '../features/runs/pane.ts';
import { environmentPanes } from './environment-panes.ts';
import type { Pane } from './pane.ts';

/** Every pane: one of things that are read is added to `watched.ts`, one that gathers is added here. */
export const allPanes = derivedFromKinds((): readonly Pane[] => [
  ...environmentPanes(),
  logsPane,
  nowPane,
  journalPane,
  runbooksPane,
  runsPane,
  contactsPane,
  linksPane,
]);

/** Where the cursor is at first. */
export const defaultPane: Pane = healthPane;

export const paneById = (id: string): Pane => allPanes().find((pane) => pane.id === id) ?? defaultPane;
