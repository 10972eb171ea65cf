import { defineFeature } from '../../shell/contract/features.ts';
import { linksPane } from './pane.ts';

/** The links of the profile. */
export const linksFeature = defineFeature({
  name: 'links',
  panes: [linksPane],
});
