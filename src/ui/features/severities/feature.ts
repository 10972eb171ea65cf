import { defineFeature } from '../../shell/contract/features.ts';
import { severitiesPane } from './pane.ts';

/** The severities of the profile. */
export const severitiesFeature = defineFeature({
  name: 'severities',
  panes: [severitiesPane],
});
