import { defineFeature } from '../../shell/contract/features.ts';
import { noOverlay } from '../../shell/contract/overlay.ts';
import { renderChecklistDialog } from './checklist-dialog.ts';
import { checklistDialogField, checklistDialogKeys } from './keys.ts';
import { checklistsPane } from './pane.ts';

/** The checklists, and the dialog about an item. */
export const checklistsFeature = defineFeature({
  name: 'checklists',
  panes: [checklistsPane],
  dialogs: {
    checklist: {
      title: () => 'CHECKLIST',
      keys: () => checklistDialogKeys,
      field: (overlay) => checklistDialogField(overlay),
      render: (context, overlay) => renderChecklistDialog(context, overlay),
      samples: [{ is: 'checklist', list: '', item: '', title: '', mark: 'note', text: '', over: noOverlay }],
    },
  },
});
