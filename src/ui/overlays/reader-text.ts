import { keptOn } from '../panes/kept.ts';
import type { View } from '../view.ts';

const none: readonly string[] = [];
const kept = keptOn<readonly string[]>();

/**
 * The lines of the text as they may be seen, before they are wrapped or searched: half a name would not be recognised. None
 * while it has not come.
 */
export const readerText = ({ cockpit, pen }: Pick<View, 'cockpit' | 'pen'>): readonly string[] => {
  const { reading } = cockpit;
  if (reading?.state.is !== 'read') return none;
  const { lines } = reading.state;
  return kept(lines, [pen.maskText], () => lines.map(pen.maskText));
};
