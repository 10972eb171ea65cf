import { type Card, heading, hints, innerWidth } from '../cards/card.ts';
import { type Cursor, placeOf } from '../cursor.ts';
import { chosenRows, exportForms } from '../export/export.ts';
import type { Hand } from '../keys/binding.ts';
import { marksOf } from '../model.ts';
import { counted } from '../text/count.ts';
import type { Line } from '../text/run.ts';

/** As what a pane can be written, and how many rows that would be. */
export const exportCard = (hand: Hand, cursor: Cursor): Card => {
  const { view, pane } = hand;
  const { pen } = view;
  const at = placeOf(
    exportForms.map(({ form }) => form),
    cursor,
  );
  const rows = chosenRows(hand).length;
  const marked = marksOf(view.ui, pane.id).size > 0;
  const lines = exportForms.map(({ form, says }, index): Line => {
    const chosen = index === at;
    return [
      chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
      pen.run(`  ${form.toUpperCase().padEnd(6)}`, chosen ? 'bold' : 'plain'),
      pen.run(says, chosen ? 'plain' : 'faint'),
    ];
  });
  return {
    edge: 'focus',
    lines: [
      heading(
        view,
        [pen.run('EXPORT', 'bold'), pen.run(`  ${pane.title}`)],
        [pen.run(counted(rows, marked ? 'marked row' : 'row'))],
      ),
      ...lines,
      ...(pane.exports === undefined
        ? []
        : pen.wrap(pane.exports, innerWidth(view)).map((text): Line => [pen.run(text, 'faint')])),
      hints(pen, 'enter write to a new file in the current directory', 'esc close'),
    ],
  };
};
