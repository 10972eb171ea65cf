import { pluralize } from '../../../domain/text/count-text.ts';
import { type Card, cardHeading, cardInnerWidth, keyHints } from '../../kit/components/card.ts';
import { type Cursor, cursorIndexIn } from '../../kit/components/cursor.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { markedKeys } from '../../shell/contract/model.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import { exportFormats, selectedRows } from './export.ts';

/** Renders the export dialog with the number of rows. */
export const renderExportCard = (context: KeyContext, cursor: Cursor): Card => {
  const { view, pane } = context;
  const { pen } = view;
  const position = cursorIndexIn(
    exportFormats.map(({ form }) => form),
    cursor,
  );
  const rows = selectedRows(context).length;
  const marked = markedKeys(view.ui, pane.id).size > 0;
  const lines = exportFormats.map(({ form, says }, index): StyledLine => {
    const chosen = index === position;
    return [
      chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
      pen.run(`  ${form.toUpperCase().padEnd(6)}`, chosen ? 'bold' : 'plain'),
      pen.run(says, chosen ? 'plain' : 'faint'),
    ];
  });
  return {
    edge: 'focus',
    lines: [
      cardHeading(
        view,
        [pen.run('EXPORT', 'bold'), pen.run(`  ${pane.title}`)],
        [pen.run(pluralize(rows, marked ? 'marked row' : 'row'))],
      ),
      ...lines,
      ...(pane.exportName === undefined
        ? []
        : pen
            .wrap(pane.exportName, cardInnerWidth(view))
            .map((text): StyledLine => [pen.run(text, 'faint')])),
      keyHints(pen, 'enter write to current directory', 'v editor', 'p pager', 'esc close'),
    ],
  };
};
