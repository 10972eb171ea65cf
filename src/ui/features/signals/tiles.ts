import type { SignalRow } from '../../../domain/facts/snapshot.ts';
import { labelValues } from '../../../domain/mask/mask-text.ts';
import type { SignalSpec } from '../../../domain/profile/profile.ts';
import { comparedName, type OtherNames } from '../../kit/text/distinct-name.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { EnvironmentView, RenderContext } from '../../shell/contract/render-context.ts';
import { matrixWindowMs } from './chart-window.ts';
import { chartEvents, markLetter } from './marks.ts';
import { renderTile, type TimeMark } from './tile.ts';

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

interface TilesSpec {
  readonly signals: readonly SignalRow[];
  /** Cells of the lines, with a blank on each side. */
  readonly width: number;
  readonly height: number;
  /** Index of the selected tile; absent: none. */
  readonly selected?: number;
}

/** Renders as many signals as fit, in a grid of tiles. */
export const renderTiles = (
  view: RenderContext,
  env: EnvironmentView,
  { signals, width, height, selected }: TilesSpec,
): readonly StyledLine[] => {
  const grid = tileGrid(signals.length, width - 2, height);
  const marks = timeMarks(view, matrixWindowMs(view));
  const tileTitles = signals.map((signal) => titleOf(view, signal, signals));
  let names: ReturnType<OtherNames> | undefined;
  const otherTitles: OtherNames = () => {
    names ??= tileTitles.map((text) => comparedName([{ text, role: 'plain' }]));
    return names;
  };
  const tiles = signals.slice(0, grid.columns * grid.rows).flatMap((signal, index) => {
    const spec = specOf(view, signal.id);
    const size = { width: grid.width, height: grid.height };
    return spec === undefined
      ? []
      : [
          renderTile(view, {
            signal,
            title: tileTitles[index] ?? '',
            otherTitles,
            spec,
            env,
            marks,
            selected: index === selected,
            ...size,
          }),
        ];
  });
  const gap = view.pen.run(' '.repeat(tileGap));
  return Array.from({ length: grid.rows * grid.height }, (_, y): StyledLine => {
    const from = Math.floor(y / grid.height) * grid.columns;
    const inRow = tiles.slice(from, from + grid.columns);
    return [
      view.pen.run(' '),
      ...inRow.flatMap(
        (tile, index): StyledLine => [...(index === 0 ? [] : [gap]), ...(tile[y % grid.height] ?? [])],
      ),
    ];
  });
};
