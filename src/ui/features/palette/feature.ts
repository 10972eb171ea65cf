import { initialCursor } from '../../kit/components/cursor.ts';
import { defineFeature } from '../../shell/contract/features.ts';
import type { Binding } from '../../shell/contract/pane.ts';
import { paletteField, paletteKeys, paletteMatchIds } from './palette.ts';
import { renderPalette } from './palette-card.ts';

const paletteKey: Binding = {
  id: 'palette',
  keys: ['ctrl-p'],
  description: 'open the palette (fuzzy search)',
  footer: 'palette',
  footerMinColumns: 100,
  run: ({ model }) =>
    model.setState({
      overlay: { is: 'palette', mode: 'fuzzy', text: '', cursor: initialCursor, calls: false },
    }),
};

declare module '../../shell/contract/model.ts' {
  interface FeatureState {
    /** Ids of recently used palette items, newest first. */
    readonly recentItems: readonly string[];
  }
}

/** The palette: everything by fuzzy search, or the actions of a row. */
export const paletteFeature = defineFeature({
  name: 'palette',
  state: { recentItems: [] },
  dialogs: {
    palette: {
      title: () => 'PALETTE',
      keys: () => paletteKeys,
      field: (palette) => paletteField(palette),
      list: { entries: paletteMatchIds, page: 'palette' },
      render: renderPalette,
      samples: [{ is: 'palette', mode: 'fuzzy', text: '', cursor: initialCursor, calls: false }],
    },
  },
  keys: { search: [paletteKey] },
});
