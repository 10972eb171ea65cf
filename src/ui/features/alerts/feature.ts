import { defineFeature } from '../../shell/contract/features.ts';
import { alertsPane } from './pane.ts';

/** The alerts. */
export const alertsFeature = defineFeature({
  name: 'alerts',
  environmentPanes: [alertsPane],
});
