import { derivedFromKinds } from '../../kinds/registry/registry.ts';
import { checklistsPane } from '../features/checklists/pane.ts';
import { contactsPane } from '../features/contacts/pane.ts';
import { forwardsPane } from '../features/forwards/pane.ts';
import { healthPane } from '../features/health/pane.ts';
import { incidentPane } from '../features/incident/pane.ts';
import { journalPane } from '../features/journal/pane.ts';
import { linksPane } from '../features/links/pane.ts';
import { logsPane } from '../features/logs/pane.ts';
import { namespacesPane } from '../features/namespaces/pane.ts';
import { nowPane } from '../features/now/pane.ts';
import { pulsePane } from '../features/pulse/pane.ts';
import { runbooksPane } from '../features/runbooks/pane.ts';
import { runsPane } from '../features/runs/pane.ts';
import { whoPane } from '../features/who/pane.ts';
import type { Pane } from '../shell/contract/pane.ts';
import { isolatePane } from '../shell/panes/isolate.ts';
import { environmentPanes } from './environment-panes.ts';

/** All panes. Add a pane of a fact kind in `environment-panes.ts`, any other pane here. */
export const allPanes = derivedFromKinds((): readonly Pane[] => [
  ...environmentPanes(),
  ...[
    namespacesPane,
    logsPane,
    pulsePane,
    nowPane,
    journalPane,
    runbooksPane,
    runsPane,
    checklistsPane,
    forwardsPane,
    whoPane,
    contactsPane,
    linksPane,
    incidentPane,
  ].map(isolatePane),
]);

/** The pane that has the focus at start. */
export const defaultPane: Pane = healthPane;

export const paneById = (id: string): Pane => allPanes().find((pane) => pane.id === id) ?? defaultPane;
