import { defineFeature } from '../../shell/contract/features.ts';
import { copyKeys } from './copy-keys.ts';
import { documentCommandItems } from './document-commands.ts';
import { exportListKeys } from './export.ts';
import { renderExportCard } from './export-card.ts';

/** Copies and exports of rows, and commands that open texts in the editor or pager. */
export const exportFeature = defineFeature({
  name: 'export',
  dialogs: {
    export: {
      title: () => 'EXPORT',
      keys: () => exportListKeys,
      render: (context, { cursor }) => renderExportCard(context, cursor),
      samples: [{ is: 'export', cursor: { index: 0 } }],
    },
  },
  keys: { copy: copyKeys },
  commands: documentCommandItems,
});
