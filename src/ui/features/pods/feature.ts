import { defineFeature } from '../../shell/contract/features.ts';
import { eventsCommandItems } from './events-command.ts';
import { podsPane } from './pane.ts';
import { topCommandItems } from './top-command.ts';

/** The workloads of the cluster, and commands about them. */
export const podsFeature = defineFeature({
  name: 'pods',
  environmentPanes: [podsPane],
  commands: (context) => [...topCommandItems(podsPane), ...eventsCommandItems(context)],
});
