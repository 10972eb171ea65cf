import { defineFeature } from '../../shell/contract/features.ts';
import { healthPane } from './pane.ts';

/** The services of the environment. */
export const healthFeature = defineFeature({
  name: 'health',
  environmentPanes: [healthPane],
});
