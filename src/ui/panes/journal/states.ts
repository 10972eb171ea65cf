import { keyOf } from '../../keys/rebound.ts';
import { counted } from '../../text/count.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { type Counted, hiddenLines, withoutFacts } from '../state.ts';

/** What the journal does not know: changes of what cannot be seen, and of before opsdeck looked. */
export const journalStates = (view: View, count: Counted): readonly Line[] => {
  const { own, pen, past } = view;
  if (own === undefined) return [...hiddenLines(view, count), withoutFacts(view)];
  const blind = new Set(own.snapshot.faults.map(({ source }) => source)).size;
  const empty: readonly Line[] =
    count.all > 0
      ? []
      : [
          [
            pen.run(' '),
            pen.glyph('empty', 'loading'),
            pen.run(
              past === undefined
                ? ' nothing has changed since opsdeck began to look'
                : ' no change is known of until this moment',
              'loading',
            ),
          ],
        ];
  const unseen: readonly Line[] =
    blind === 0
      ? []
      : [
          [
            pen.run(' '),
            pen.glyph('down', 'down'),
            pen.run(
              ` ${counted(blind, 'source')} not seen now: what changes there is missing here · ${keyOf(view.cockpit, 'pane.W', 'W')} says why`,
              'down',
            ),
          ],
        ];
  return [...hiddenLines(view, count), ...empty, ...unseen];
};
