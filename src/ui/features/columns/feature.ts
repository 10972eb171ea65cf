import { defineFeature } from '../../shell/contract/features.ts';
import { columnKeys, columnListKeys, renderColumnsCard } from './columns-card.ts';

/** The column chooser. */
export const columnsFeature = defineFeature({
  name: 'columns',
  dialogs: {
    columns: {
      title: () => 'COLUMNS',
      keys: () => columnListKeys,
      render: renderColumnsCard,
      samples: [{ is: 'columns', pane: '', cursor: { index: 0 } }],
    },
  },
  keys: { columns: columnKeys },
});
