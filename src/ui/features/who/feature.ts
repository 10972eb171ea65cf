import { defineFeature } from '../../shell/contract/features.ts';
import { presenceMark } from './mark.ts';
import { whoPane } from './pane.ts';
import { reportFocusedPane } from './report-focus.ts';

/** The other engineers in the environment. */
export const whoFeature = defineFeature({
  name: 'who',
  panes: [whoPane],
  status: { people: presenceMark },
  follow: (parts) => [reportFocusedPane(parts)],
});
