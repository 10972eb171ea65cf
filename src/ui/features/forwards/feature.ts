import { defineFeature } from '../../shell/contract/features.ts';
import { forwardCommandItems, forwardMarks } from './forward-key.ts';
import { forwardsPane } from './pane.ts';

/** The port-forwards, and the commands that open them. */
export const forwardsFeature = defineFeature({
  name: 'forwards',
  panes: [forwardsPane],
  commands: (context) => forwardCommandItems(context),
  status: { connections: forwardMarks },
});
