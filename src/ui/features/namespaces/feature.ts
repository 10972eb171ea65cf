import { defineFeature } from '../../shell/contract/features.ts';
import { namespacesPane } from './pane.ts';

/** The namespaces of the cluster. */
export const namespacesFeature = defineFeature({
  name: 'namespaces',
  panes: [namespacesPane],
});
