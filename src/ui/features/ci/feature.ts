import { defineFeature } from '../../shell/contract/features.ts';
import { ciPane } from './pane.ts';

/** The pipelines. */
export const ciFeature = defineFeature({
  name: 'ci',
  environmentPanes: [ciPane],
});
