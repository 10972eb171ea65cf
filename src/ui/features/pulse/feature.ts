import { defineFeature } from '../../shell/contract/features.ts';
import { pulsePane } from './pane.ts';

/** The golden signals. */
export const pulseFeature = defineFeature({
  name: 'pulse',
  panes: [pulsePane],
});
