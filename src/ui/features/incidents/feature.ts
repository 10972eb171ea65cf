import { defineFeature } from '../../shell/contract/features.ts';
import { noOverlay } from '../../shell/contract/overlay.ts';
import { createReasonDialog } from '../../shell/dialogs/reason-dialog.ts';
import { noOpenIncidentReason, openIncidentOf } from './chosen-incident.ts';
import { incidentDialogTexts } from './dialog-texts.ts';
import { incidentSummary } from './head.ts';
import { giveToIncident, type IncidentWordsOverlay } from './incident-dialogs.ts';
import { incidentKey } from './incident-keys.ts';
import { incidentMenuKeys, renderIncidentMenu } from './menu.ts';
import { incidentPane } from './pane.ts';
import { incidentStrip } from './strip.ts';
import type { IncidentQuestion } from './view-state.ts';

declare module '../../shell/contract/model.ts' {
  interface FeatureState {
    /** The declared incident that Incident shows and its keys act on; absent: the newest open one. */
    readonly incident?: string;
  }
}

/** The declared incidents. */
export const incidentFeature = defineFeature({
  name: 'incident',
  panes: [incidentPane],
  dialogs: {
    'incident-words': createReasonDialog<IncidentQuestion, IncidentWordsOverlay>(
      incidentDialogTexts,
      giveToIncident,
      { is: 'incident-words', why: 'incident', incident: '', about: '', text: '', over: noOverlay },
    ),
    'incident-menu': {
      title: () => 'INCIDENT',
      keys: () => incidentMenuKeys,
      render: renderIncidentMenu,
      samples: [{ is: 'incident-menu', menu: 'fields', incident: '', cursor: { index: 0 } }],
    },
  },
  keys: { incident: [incidentKey] },
  header: { incident: incidentSummary, strip: incidentStrip },
  services: { incident: { openOne: openIncidentOf, blockedReason: noOpenIncidentReason } },
});
