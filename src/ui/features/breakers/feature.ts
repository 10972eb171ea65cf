import { defineFeature } from '../../shell/contract/features.ts';
import { breakersPane } from './pane.ts';

/** The circuit breakers. */
export const breakersFeature = defineFeature({
  name: 'breakers',
  environmentPanes: [breakersPane],
});
