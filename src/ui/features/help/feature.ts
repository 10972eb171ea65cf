import { defineFeature } from '../../shell/contract/features.ts';
import { noOverlay } from '../../shell/contract/overlay.ts';
import { helpKeys, helpSearchField, helpSearchKeys, renderHelp } from './help.ts';

/** The help about the screen or the overlay below it. */
export const helpFeature = defineFeature({
  name: 'help',
  dialogs: {
    help: {
      title: () => 'HELP',
      keys: ({ typing }) => (typing ? helpSearchKeys : helpKeys),
      otherKeys: 'help',
      field: (overlay) => (overlay.typing ? helpSearchField(overlay) : undefined),
      render: renderHelp,
      samples: [false, true].map((typing) => ({
        is: 'help',
        text: '',
        typing,
        cursor: 0,
        over: noOverlay,
      })),
    },
  },
});
