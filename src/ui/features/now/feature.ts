import { defineFeature } from '../../shell/contract/features.ts';
import { noOverlay } from '../../shell/contract/overlay.ts';
import { acknowledgeDialogField, acknowledgeDialogKeys, acknowledgeRowKey } from './acknowledge.ts';
import { renderAcknowledgeDialog } from './acknowledge-dialog.ts';
import { endAcknowledgementsWhenOver } from './acknowledgement-watch.ts';
import { countFindings } from './counts.ts';
import { explainCause } from './explain-cause.ts';
import { explainWorst } from './explain-worst.ts';
import { nowPane } from './pane.ts';

/** The findings of now, and their acknowledgement. */
export const nowFeature = defineFeature({
  name: 'now',
  panes: [nowPane],
  dialogs: {
    acknowledge: {
      title: () => 'ACKNOWLEDGE',
      keys: () => acknowledgeDialogKeys,
      field: (overlay) => acknowledgeDialogField(overlay),
      render: (context, overlay) => renderAcknowledgeDialog(context, overlay),
      samples: [{ is: 'acknowledge', findings: [], text: '', over: noOverlay }],
    },
  },
  keys: { row: [acknowledgeRowKey] },
  header: { countFindings },
  explainWorst,
  explainCause,
  follow: (parts) => [endAcknowledgementsWhenOver(parts)],
});
