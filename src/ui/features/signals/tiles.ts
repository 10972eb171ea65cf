import type { SignalRow } from '../../../domain/facts/snapshot.ts';
import { labelValues } from '../../../domain/mask/mask-text.ts';
import type { SignalSpec } from '../../../domain/profile/profile.ts';
import { comparedName, type OtherNames } from '../../kit/text/distinct-name.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { EnvironmentView, RenderContext } from '../../shell/contract/render-context.ts';
import { matrixWindowMs } from './chart-window.ts';
import { chartEvents, markLetter } from './marks.ts';
import { renderTile, renderTileBox, type TileSpec, type TimeMark } from './tile.ts';

/** The changes on the time axis: those of the chart. */
export const timeMarks = (view: RenderContext, sinceMs: number): readonly TimeMark[] =>
  chartEvents(view).flatMap((entry) => {
    const letter = markLetter(entry);
    if (letter === undefined || entry.at < view.now - sinceMs) return [];
    return [{ at: entry.at, letter, role: entry.kind === 'alert' ? 'warn' : 'key' }];
  });

/** The label values that distinguish a signal from others of the same title among `signals`. */
const distinction = ({ title, labels }: SignalRow, signals: readonly SignalRow[]): string => {
  const namesakes = signals.filter((signal) => signal.title === title);
  const differing = Object.entries(labels).filter(([name, value]) =>
    namesakes.some((namesake) => namesake.labels[name] !== value),
  );
  return labelValues(Object.fromEntries(differing)).join(' ');
};

/** The title of a tile as drawn: what distinguishes it is at its end. */
const titleOf = ({ pen }: RenderContext, signal: SignalRow, signals: readonly SignalRow[]): string => {
  const name = distinction(signal, signals);
  const label = name === '' ? signal.title : `${signal.title} ${pen.maskText(name)}`;
  return pen.run(label).text;
};

const minTileWidth = 26;
const tileGap = 2;
/** Height at which a further row of tiles is preferred to higher tiles. */
export const usualTileHeight = 7;
/** Higher graphs say no more. */
export const maxTileHeight = 11;

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

/** ' · D deployment  R run  A alert'; '' without marks in the window. */
export const tileLegend = (view: RenderContext): string =>
  timeMarks(view, matrixWindowMs(view)).length === 0 ? '' : ' · D deployment  R run  A alert';

export interface TilesSpec {
  readonly signals: readonly SignalRow[];
  /** Cells of the lines, with a blank on each side. */
  readonly width: number;
  readonly height: number;
  /** Index of the selected tile; absent: none. */
  readonly selected?: number;
}

/** The marks that a small chart has room for: of several with one letter the first alert, and the last of what was done. */
const fewMarks = (marks: readonly TimeMark[]): readonly TimeMark[] => {
  const [alert] = marks.filter(({ letter }) => letter === 'A');
  return marks.filter((mark) =>
    mark.letter === 'A' ? mark === alert : mark === marks.findLast(({ letter }) => letter === mark.letter),
  );
};

/** The tiles of as many signals as the grid has room for, not yet drawn. */
const tileSpecs = (
  view: RenderContext,
  env: EnvironmentView,
  { signals, selected }: Pick<TilesSpec, 'signals' | 'selected'>,
  { columns, rows, width, height }: TileGrid,
): readonly TileSpec[] => {
  const marks = fewMarks(timeMarks(view, matrixWindowMs(view)));
  const tileTitles = signals.map((signal) => titleOf(view, signal, signals));
  let names: ReturnType<OtherNames> | undefined;
  const otherTitles: OtherNames = () => {
    // A title must differ from those that are on the screen.
    names ??= tileTitles.slice(0, columns * rows).map((text) => comparedName([{ text, role: 'plain' }]));
    return names;
  };
  return signals.slice(0, columns * rows).flatMap((signal, index): readonly TileSpec[] => {
    const spec = specOf(view, signal.id);
    const title = tileTitles[index] ?? '';
    const tile = { signal, title, otherTitles, env, marks, width, height, selected: index === selected };
    return spec === undefined ? [] : [{ ...tile, spec }];
  });
};

/** The tiles row by row, with `gap` cells between those side by side. */
const inGrid = (
  tiles: readonly (readonly StyledLine[])[],
  { columns, rows, height }: TileGrid,
  gap: StyledLine,
): readonly StyledLine[] =>
  Array.from({ length: rows * height }, (_, y): StyledLine => {
    const from = Math.floor(y / height) * columns;
    return tiles
      .slice(from, from + columns)
      .flatMap((tile, index): StyledLine => [...(index === 0 ? [] : gap), ...(tile[y % height] ?? [])]);
  });

/** Renders as many signals as fit, in a grid of tiles. */
export const renderTiles = (
  view: RenderContext,
  env: EnvironmentView,
  { width, height, ...spec }: TilesSpec,
): readonly StyledLine[] => {
  const grid = tileGrid(spec.signals.length, width - 2, height);
  const tiles = tileSpecs(view, env, spec, grid).map((tile) => renderTile(view, tile));
  const gap = [view.pen.run(' '.repeat(tileGap))];
  return inGrid(tiles, grid, gap).map((line) => [view.pen.run(' '), ...line]);
};

/** Minimum width of a box with a chart, and the most of them side by side. */
const minBoxWidth = 30;
const maxBoxes = 5;
/** Heights of a box: a border with its title, the chart with its axis, a border. */
const boxHeights = { usual: 8, large: 10 } as const;
/** Height of a screen from which on boxes are large. */
const largeFrom = 60;

/** The boxes of `count` signals in a row of the screen. */
export const boxesPerRow = (count: number, { columns }: Pick<RenderContext, 'columns'>): number =>
  Math.max(1, Math.min(maxBoxes, count, Math.floor(columns / minBoxWidth)));

export const boxHeight = ({ rows }: Pick<RenderContext, 'rows'>): number =>
  rows >= largeFrom ? boxHeights.large : boxHeights.usual;

/** Renders as many signals as fit into `width` × `height` cells, each as a box of its own, without blanks between them. */
export const renderTileBoxes = (
  view: RenderContext,
  env: EnvironmentView,
  { width, height, ...spec }: TilesSpec,
): readonly StyledLine[] => {
  const columns = boxesPerRow(spec.signals.length, view);
  const high = Math.min(height, boxHeight(view));
  const rows = Math.max(1, Math.floor(height / high));
  const grid = { columns, rows, height: high, width: Math.floor(width / columns) };
  // The last boxes of a row take the cells that are left.
  const rest = width - columns * grid.width;
  const tiles = tileSpecs(view, env, spec, grid).map((tile, index) => {
    const isWider = index % columns >= columns - rest;
    return renderTileBox(view, isWider ? { ...tile, width: tile.width + 1 } : tile);
  });
  return inGrid(tiles, grid, []);
};
