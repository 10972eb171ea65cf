import type { Hand } from '../../../panes/pane.ts';

/** Why a key that is about lines cannot be used, or undefined. */
export const noStream = ({ view }: Hand): string | undefined =>
  view.cockpit.logs === undefined ? 'no stream is open' : undefined;
