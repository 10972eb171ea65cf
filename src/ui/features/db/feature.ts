import { defineFeature } from '../../shell/contract/features.ts';
import { dbPane } from './pane.ts';

/** The sessions of the databases. */
export const dbFeature = defineFeature({
  name: 'db',
  environmentPanes: [dbPane],
});
