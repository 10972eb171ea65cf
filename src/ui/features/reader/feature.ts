import type { DescribedObject } from '../../../domain/facts/object-description.ts';
import { defineFeature } from '../../shell/contract/features.ts';
import { pageKeys, readerKeys, readerSearchField, readerSearchKeys } from './reader.ts';
import { renderReader } from './reader-card.ts';

/** A placeholder; the keys do not depend on the pod. */
const anyPod: DescribedObject = {
  source: '',
  kind: 'pod',
  namespace: '',
  name: '',
  owner: '',
  node: '',
};

const sample = { is: 'reader', subject: anyPod, how: 'yaml', from: 0, text: '', typing: false } as const;

/** The texts about an object: description, YAML, events. */
export const readerFeature = defineFeature({
  name: 'reader',
  dialogs: {
    reader: {
      title: () => 'READER',
      keys: ({ typing, page }) => (typing ? readerSearchKeys : page === undefined ? readerKeys : pageKeys),
      field: (overlay) => (overlay.typing ? readerSearchField(overlay) : undefined),
      render: (context, overlay) => renderReader(context, overlay),
      samples: [
        ...[false, true].map((typing) => ({ ...sample, typing })),
        { ...sample, page: { address: '' } },
      ],
    },
  },
});
