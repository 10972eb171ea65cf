import { defineFeature } from '../../shell/contract/features.ts';
import { nodesPane } from './pane.ts';

/** The nodes of the cluster. */
export const nodesFeature = defineFeature({
  name: 'nodes',
  environmentPanes: [nodesPane],
});
