import type { JournalEntry } from '../../../domain/journal.ts';
import type { SignalSpec } from '../../../domain/profile.ts';
import type { SignalRow } from '../../../domain/snapshot.ts';
import { cursorRowIndex } from '../../components/window.ts';
import { moveCursorToRow, navigateTo } from '../../keys/navigation.ts';
import { paneState, updatePane } from '../../model.ts';
import { memoizePerObject } from '../../panes/memoize.ts';
import type { KeyContext, Pane } from '../../panes/pane.ts';
import type { PaneRoom, PaneRow, RenderedPane } from '../../panes/pane-row.ts';
import type { RenderContext } from '../../render-context.ts';
import { fitLine, type StyledLine } from '../../text/line.ts';
import { matrixWindowMs } from '../matrix/rows.ts';
import { formatValue, titleWithUnit } from '../matrix/values.ts';
import { pulseSignals } from './golden-signals.ts';
import { minTileHeight, renderTile, type TimeMark, windowText } from './tile.ts';

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

/** Letters of the changes on the time axis. */
const letters: Partial<Record<JournalEntry['kind'], Pick<TimeMark, 'letter' | 'role'>>> = {
  rollout: { letter: 'D', role: 'key' },
  image: { letter: 'D', role: 'key' },
  run: { letter: 'R', role: 'key' },
  alert: { letter: 'A', role: 'warn' },
};

const marksOf = ({ cockpit: { journal }, now }: RenderContext, sinceMs: number): readonly TimeMark[] =>
  journal.flatMap(({ at, kind }) => {
    const mark = letters[kind];
    return mark === undefined || at < now - sinceMs ? [] : [{ at, ...mark }];
  });

const minTileWidth = 26;
const tileGap = 2;
/** Height at which a further row of tiles is preferred to higher tiles. */
const usualTileHeight = 7;
/** Higher graphs say no more. */
const maxTileHeight = 11;

/** Numbers of columns and rows of tiles, and their size in cells. */
interface TileGrid {
  readonly columns: number;
  readonly rows: number;
  readonly width: number;
  readonly height: number;
}

/** The grid that shows as many of `count` tiles as fit, without empty columns. */
export const tileGrid = (count: number, width: number, height: number): TileGrid => {
  const most = Math.max(1, Math.floor((width + tileGap) / (minTileWidth + tileGap)));
  const mostRows = Math.max(1, Math.floor(height / usualTileHeight));
  const rows = Math.max(1, Math.min(mostRows, Math.ceil(count / most)));
  const columns = Math.max(1, Math.min(most, Math.ceil(count / rows)));
  return {
    columns,
    rows,
    width: Math.floor((width + tileGap) / columns) - tileGap,
    height: Math.floor(height / rows),
  };
};

const specOf = (view: RenderContext, id: string): SignalSpec | undefined =>
  view.own?.facts.frame.signals.find((spec) => spec.id === id);

const render = (view: RenderContext, room: PaneRoom): RenderedPane => {
  const { pen, own } = view;
  const rows = pulseRows(view);
  const marks = marksOf(view, matrixWindowMs(view));
  const legend = marks.length === 0 ? '' : ' · D deployment  R run  A alert';
  const title: StyledLine = [
    room.focused ? pen.glyph('focus', 'focus') : pen.run(' '),
    pen.run('P PULSE', room.focused ? 'focus' : 'title'),
    pen.run(`   last ${windowText(view)}${legend}`, 'faint'),
  ];
  const fitted = (line: StyledLine): StyledLine => fitLine(line, room.width, 'plain', pen.ellipsis);
  if (own === undefined || rows.length === 0)
    return {
      lines: [
        fitted(title),
        fitted([pen.run(' '), pen.glyph('none', 'faint'), pen.run(' no numeric signals yet', 'faint')]),
      ],
    };
  const inner = room.width - 2;
  const grid = tileGrid(rows.length, inner, room.height - 1);
  const shown = rows.slice(0, grid.columns * grid.rows);
  const at = cursorRowIndex(rows, paneState(view.ui, 'pulse').cursor);
  const tiles = shown.flatMap(({ signal }, index) => {
    const spec = specOf(view, signal.id);
    const size = { width: grid.width, height: grid.height };
    return spec === undefined
      ? []
      : [
          renderTile(view, {
            signal,
            spec,
            env: own,
            marks,
            selected: room.focused && index === at,
            ...size,
          }),
        ];
  });
  const gap = pen.run(' '.repeat(tileGap));
  const lines = Array.from({ length: grid.rows * grid.height }, (_, y): StyledLine => {
    const from = Math.floor(y / grid.height) * grid.columns;
    const inRow = tiles.slice(from, from + grid.columns);
    return [
      pen.run(' '),
      ...inRow.flatMap(
        (tile, index): StyledLine => [...(index === 0 ? [] : [gap]), ...(tile[y % grid.height] ?? [])],
      ),
    ];
  });
  return { lines: [title, ...lines].slice(0, room.height).map(fitted) };
};

/** Opens the chart of the selected signal in MATRIX. */
const openChart = ({ model, row }: KeyContext): void => {
  if (row === undefined) return;
  moveCursorToRow(model, 'matrix', row.key);
  updatePane(model, 'matrix', { opened: true });
  navigateTo(model, 'matrix');
};

/** Minimum height at which the overview shows the pulse: a title and one row of tiles. */
const minPulseHeight = 1 + minTileHeight;

/** P PULSE: the golden signals as tiles with graphs. The overview gives it the rows that no other pane needs. */
export const pulsePane: Pane = {
  id: 'pulse',
  key: 'P',
  title: 'PULSE',
  isAvailable: (view) => pulseRows(view).length > 0,
  spareRows: {
    from: minPulseHeight,
    most: (view, width) => {
      const count = pulseRows(view).length;
      const { rows } = tileGrid(count, width - 2, count * usualTileHeight);
      return 1 + rows * maxTileHeight;
    },
  },
  orders: ['golden signals first'],
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
