import type { Hand } from '../panes/pane.ts';

/** What only the details of the row under the cursor tell is read when they are looked at. */
export const readDetails = ({ commands, pane, row, view }: Hand): void => {
  const feeds = row === undefined ? [] : (pane.feedsOf?.(view, row.key) ?? []);
  if (feeds.length > 0) commands.read(feeds);
};
