import { defineFeature } from '../../shell/contract/features.ts';
import { bookmarkKeys, viewCommandItems } from './commands.ts';
import { persistViews } from './persist-views.ts';
import { renderSavedCard, savedListKeys } from './saved-card.ts';
import type { Bookmark, SavedView } from './view-state.ts';

declare module '../../shell/contract/model.ts' {
  interface FeatureState {
    /** Saved views of the open environment, by name. */
    readonly views: Readonly<Record<string, SavedView>>;
    /** Bookmarked rows of the open environment, by name: 'pods billing-0'. */
    readonly bookmarks: Readonly<Record<string, Bookmark>>;
  }
}

/** Saved views and bookmarks. */
export const viewsFeature = defineFeature({
  name: 'views',
  state: { views: {}, bookmarks: {} },
  dialogs: {
    saved: {
      title: ({ list }) => list.toUpperCase(),
      keys: () => savedListKeys,
      render: renderSavedCard,
      samples: [{ is: 'saved', list: 'views', cursor: { index: 0 } }],
    },
  },
  keys: { saved: bookmarkKeys },
  commands: viewCommandItems,
  record: persistViews,
});
