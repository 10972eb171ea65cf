import { defineFeature } from '../../shell/contract/features.ts';
import { incidentSummary } from './head.ts';
import { incidentKey } from './incident-keys.ts';
import { incidentMenuKeys, renderIncidentMenu } from './menu.ts';
import { incidentPane } from './pane.ts';

declare module '../../shell/contract/model.ts' {
  interface FeatureState {
    /** The declared incident that INCIDENT shows and its keys act on; absent: the newest open one. */
    readonly incident?: string;
  }
}

/** The declared incidents. */
export const incidentFeature = defineFeature({
  name: 'incident',
  panes: [incidentPane],
  dialogs: {
    'incident-menu': {
      title: () => 'INCIDENT',
      keys: () => incidentMenuKeys,
      render: renderIncidentMenu,
      samples: [{ is: 'incident-menu', menu: 'fields', incident: '', cursor: { index: 0 } }],
    },
  },
  keys: { incident: [incidentKey] },
  header: { incident: incidentSummary },
});
