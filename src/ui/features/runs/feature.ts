import { defineFeature } from '../../shell/contract/features.ts';
import { backgroundRunMarks, resetMarks } from '../run-words/run-marks.ts';
import { refreshRunsWhenVisible, runsPane } from './pane.ts';
import { relapseMarks } from './relapses.ts';

/** The runs of the ledger. */
export const runsFeature = defineFeature({
  name: 'runs',
  panes: [runsPane],
  status: {
    runs: (view) => [...backgroundRunMarks(view), ...relapseMarks(view)],
    resets: resetMarks,
  },
  follow: (parts) => [refreshRunsWhenVisible(parts)],
});
