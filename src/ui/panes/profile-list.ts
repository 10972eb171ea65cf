import type { Line } from '../text/run.ts';
import type { View } from '../view.ts';
import { type Counted, hiddenLines, withoutFacts } from './state.ts';

/** What stands in a pane that lists a section of the profile: nothing matches, or nothing is written and how to write it. */
export const listStates = (view: View, count: Counted, section: string, entry: string): readonly Line[] => {
  const { pen, cockpit } = view;
  if (cockpit.open === undefined) return [withoutFacts(view)];
  if (count.all > 0) return hiddenLines(view, count);
  return [
    [
      pen.run(' '),
      pen.glyph('off', 'stale'),
      pen.run(` no ${section} in this profile · add ${section}: [${entry}]`, 'stale'),
    ],
  ];
};
