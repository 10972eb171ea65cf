import { defineFeature } from '../../shell/contract/features.ts';
import { journalPane } from './pane.ts';

/** The changes of the environment and of opsdeck. */
export const journalFeature = defineFeature({
  name: 'journal',
  panes: [journalPane],
});
