import type { View } from '../../view.ts';

const none: readonly string[] = [];
const seen = new WeakMap<readonly string[], readonly string[]>();

/**
 * The lines of the text as they may be seen, before they are wrapped or searched: half a name would not be recognised. The
 * very same ones as before as long as they say the same: what the pen masks grows with what is learnt. None while the
 * text has not come.
 */
export const readerText = ({ cockpit, pen }: Pick<View, 'cockpit' | 'pen'>): readonly string[] => {
  const { reading } = cockpit;
  if (reading?.state.is !== 'read') return none;
  const { lines } = reading.state;
  const now = lines.map((line) => pen.maskText(line));
  const had = seen.get(lines);
  if (had?.every((line, index) => line === now[index]) === true) return had;
  seen.set(lines, now);
  return now;
};
