import { defineFeature } from '../../shell/contract/features.ts';
import { lagPane } from './pane.ts';

/** The consumer lag. */
export const lagFeature = defineFeature({
  name: 'lag',
  environmentPanes: [lagPane],
});
