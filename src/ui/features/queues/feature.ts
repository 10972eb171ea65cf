import { defineFeature } from '../../shell/contract/features.ts';
import { queuesPane } from './pane.ts';

/** The queues. */
export const queuesFeature = defineFeature({
  name: 'queues',
  environmentPanes: [queuesPane],
});
