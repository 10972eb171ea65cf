import { defineFeature } from '../../shell/contract/features.ts';
import { onCallSummary } from './on-call.ts';
import { contactsPane } from './pane.ts';

/** The contacts of the profile, and who is on call. */
export const contactsFeature = defineFeature({
  name: 'contacts',
  panes: [contactsPane],
  header: { onCall: onCallSummary },
});
