import type { Hand } from '../../../keys/binding.ts';

/** Why a key that is about lines cannot be used, or undefined. */
export const noStream = ({ view }: Hand): string | undefined =>
  view.cockpit.logs === undefined ? 'no stream is open' : undefined;
