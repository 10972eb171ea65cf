import { defineFeature } from '../../shell/contract/features.ts';
import { poolsPane } from './pane.ts';

/** The connection pools. */
export const poolsFeature = defineFeature({
  name: 'pools',
  environmentPanes: [poolsPane],
});
