import type { SignalRow } from '../../../domain/facts/snapshot.ts';
import { cursorRowIndex } from '../../kit/components/window.ts';
import { fitLine, type StyledLine } from '../../kit/text/line.ts';
import { paneState, updatePane } from '../../shell/contract/model.ts';
import type { KeyContext, Pane } from '../../shell/contract/pane.ts';
import type { PaneRoom, PaneRow, RenderedPane } from '../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { moveCursorToRow, navigateTo } from '../../shell/navigation/navigation.ts';
import { glanceOf, renderGlance } from '../../shell/panes/glance.ts';
import { memoizePerObject } from '../../shell/state/memoize.ts';
import { pulseSignals } from '../signals/golden-signals.ts';
import { minTileHeight, windowText } from '../signals/tile.ts';
import {
  boxesPerRow,
  boxHeight,
  maxTileHeight,
  renderTileBoxes,
  renderTiles,
  type TilesSpec,
  tileGrid,
  tileLegend,
  usualTileHeight,
} from '../signals/tiles.ts';
import { formatValue, titleWithUnit } from '../signals/values.ts';

/** A signal as a tile. */
interface PulseRow extends PaneRow {
  readonly signal: SignalRow;
}

const rowsOf = memoizePerObject<readonly PulseRow[]>();

const pulseRows = ({ own }: RenderContext): readonly PulseRow[] =>
  own === undefined
    ? []
    : rowsOf(own.snapshot, [own.facts.history], () =>
        pulseSignals(own.snapshot, (key) => (own.facts.history[key]?.length ?? 0) > 0).map(
          (signal): PulseRow => {
            const label = titleWithUnit(signal.title, signal.unit);
            const { key, level } = signal;
            return { key, level, label, text: label, signal, subject: { kind: 'signal', signal } };
          },
        ),
      );

/** The signals with their index, if the pane has the focus. */
const tilesOf = (view: RenderContext, { focused }: PaneRoom): Pick<TilesSpec, 'signals' | 'selected'> => {
  const rows = pulseRows(view);
  const selected = cursorRowIndex(rows, paneState(view.ui, 'pulse').cursor);
  return { signals: rows.map(({ signal }) => signal), ...(focused ? { selected } : {}) };
};

const render = (view: RenderContext, room: PaneRoom): RenderedPane => {
  const { pen, own } = view;
  const rows = pulseRows(view);
  if (room.isUnframed === true && own !== undefined)
    return {
      lines: renderTileBoxes(view, own, { ...tilesOf(view, room), width: room.width, height: room.height }),
    };
  const name = 'P Charts';
  const caption = `   last ${windowText(view)}${tileLegend(view)}`;
  // The window of the graphs is a number that the reader needs; the name of the worst signal is also in its tile.
  const counts = renderGlance(pen, glanceOf(rows), room.width - name.length - caption.length - 3);
  const title: StyledLine = [
    room.focused ? pen.glyph('focus', 'focus') : pen.run(' '),
    pen.run(name, room.focused ? 'focus' : 'title'),
    ...(counts.length === 0 ? [] : [pen.run('  '), ...counts]),
    pen.run(caption, 'faint'),
  ];
  const fitted = (line: StyledLine): StyledLine => fitLine(line, room.width, 'plain', pen.ellipsis);
  if (own === undefined || rows.length === 0)
    return {
      lines: [
        fitted(title),
        fitted([pen.run(' '), pen.glyph('none', 'faint'), pen.run(' no numeric signals yet', 'faint')]),
      ],
    };
  const lines = renderTiles(view, own, {
    ...tilesOf(view, room),
    width: room.width,
    height: room.height - 1,
  });
  return { lines: [title, ...lines].slice(0, room.height).map(fitted) };
};

/** Opens the chart of the selected signal in Threshold matrix. */
const openChart = ({ model, row }: KeyContext): void => {
  if (row === undefined) return;
  moveCursorToRow(model, 'matrix', row.key);
  updatePane(model, 'matrix', { opened: true });
  navigateTo(model, 'matrix');
};

/** Minimum height at which the overview shows the pulse: a title and one row of tiles. */
const minPulseHeight = 1 + minTileHeight;

/** P Charts: the golden signals as tiles with graphs. The overview gives it the rows that no other pane needs. */
export const pulsePane: Pane = {
  id: 'pulse',
  key: 'P',
  title: 'Charts',
  isAvailable: (view) => pulseRows(view).length > 0,
  spareRows: {
    from: minPulseHeight,
    most: (view, width) => {
      const count = pulseRows(view).length;
      const { rows } = tileGrid(count, width - 2, count * usualTileHeight);
      return 1 + rows * maxTileHeight;
    },
  },
  boxes: (view) => {
    const rows = pulseRows(view);
    const height = boxHeight(view);
    if (rows.length === 0) return [];
    // In an incident, the worst charts leave the rows below to what is wrong.
    const isWell = rows.every(({ level }) => level === 'ok');
    return isWell && rows.length > boxesPerRow(rows.length, view) ? [2 * height, height] : [height];
  },
  orders: ['worst first'],
  columnCount: () => 0,
  keys: [],
  disabledKeys: ['order', 'order.reverse'],
  query: (view) => ({ rows: pulseRows(view), all: pulseRows(view).length, isFuzzy: false }),
  everyRow: pulseRows,
  table: (view, rows) => ({
    heads: ['STATE', 'SIGNAL', 'VALUE'],
    cells: pulseRows(view)
      .filter(({ key }) => rows.some((row) => row.key === key))
      .map(({ signal, label, level }) =>
        [level, label, formatValue(signal.value, signal.unit)].map((text) => view.pen.run(text).text),
      ),
  }),
  allRows: pulseRows,
  rows: pulseRows,
  displayedRows: pulseRows,
  desiredHeight: () => 0,
  render,
  problems: () => [],
  enter: openChart,
};
