import { defineFeature } from '../../shell/contract/features.ts';
import { openRelatedKey, relatedKeys, renderRelated } from './card.ts';
import { renderRelatedRows } from './related-rows.ts';

/** The objects that are related to a row. */
export const relatedFeature = defineFeature({
  name: 'related',
  dialogs: {
    related: {
      title: () => 'RELATED',
      keys: () => relatedKeys,
      render: renderRelated,
      samples: [{ is: 'related', pane: '', key: '', cursor: { index: 0 } }],
    },
  },
  keys: { row: [openRelatedKey] },
  services: { related: { lines: renderRelatedRows } },
});
