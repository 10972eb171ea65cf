import { renderSectionRule } from '../../kit/components/section-rule.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { Pane } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { ruleLook } from '../../shell/layout/rule-look.ts';
import { countsOkRows, okRowsOf } from './counts.ts';

const separator = ', ';

/** The names of the rows that are OK, if they fit; otherwise their number. */
const okText = (pane: Pane, view: RenderContext, room: number): string => {
  const rows = okRowsOf(pane.allRows(view));
  const names = new Set<string>();
  let cells = 0;
  for (const { label } of rows) {
    const name = view.pen.maskText(label);
    if (names.has(name)) continue;
    cells += widthOf(name) + (names.size === 0 ? 0 : separator.length);
    // There may be thousands.
    if (cells > room) return `${rows.length}`;
    names.add(name);
  }
  return [...names].join(separator);
};

/** Cells of the longest title of a pane. */
const titleCells = 18;

/** The rows that are OK, by pane, in at most `height` lines: problems that spread do not reach it yet. None where it is cut to nothing. */
export const renderNotAffected = (
  view: RenderContext,
  { width, height }: { readonly width: number; readonly height: number },
): readonly StyledLine[] => {
  const { pen, features } = view;
  const look = ruleLook(view);
  const panes = features.panes
    .ofEnvironment()
    .filter((pane) => countsOkRows(pane) && okRowsOf(pane.allRows(view)).length > 0);
  const room = height - 2;
  if (room < 1 || panes.length === 0) return [];
  const all = panes.reduce((sum, pane) => sum + okRowsOf(pane.allRows(view)).length, 0);
  const shown = panes.slice(0, panes.length <= room ? room : room - 1);
  const more = panes.length - shown.length;
  return [
    [],
    renderSectionRule(
      pen,
      {
        title: [pen.run('Not affected', 'bold')],
        note: [pen.glyph('ok', 'ok'), pen.run(` ${all} ok`, 'faint')],
        look,
        role: look.focused,
      },
      width,
    ),
    ...shown.map(
      (pane): StyledLine => [
        pen.run(' '),
        pen.glyph('ok', 'ok'),
        pen.run(` ${pane.title.padEnd(titleCells)} `, 'faint'),
        pen.run(okText(pane, view, width - titleCells - 5)),
      ],
    ),
    ...(more === 0 ? [] : [[pen.run(`   ${more} more panes`, 'faint')]]),
  ];
};
