import { defineFeature } from '../../shell/contract/features.ts';
import { noOverlay } from '../../shell/contract/overlay.ts';
import {
  renderUnshareDialog,
  shareItem,
  shareKey,
  shareOverlayKey,
  unshareDialogKeys,
} from './share-dialog.ts';

/** Share mode, which replaces names by aliases. */
export const shareFeature = defineFeature({
  name: 'share',
  dialogs: {
    unshare: {
      title: () => 'SHARED',
      keys: () => unshareDialogKeys,
      render: (context) => renderUnshareDialog(context),
      confirms: true,
      samples: [{ is: 'unshare', over: noOverlay }],
    },
  },
  commands: (context) => [shareItem(context)],
  keys: { search: [shareKey], always: [shareOverlayKey] },
});
