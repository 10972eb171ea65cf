import type { FactKind } from '../../../domain/facts/facts.ts';
import { levelRank } from '../../../domain/facts/level.ts';
import type { SignalRow } from '../../../domain/facts/snapshot.ts';
import { signalCountsRow } from '../../../expressions/condition-match.ts';
import { findRelatedSignals } from '../../../kinds/relations.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import type { EnvironmentView, RenderContext } from '../../shell/contract/render-context.ts';
import { conditionRow } from '../relations/condition-match.ts';
import { namesOfRow } from '../relations/names.ts';
import { minTileHeight, windowText } from './tile.ts';
import { maxTileHeight, renderTiles, tileGrid, tileLegend, usualTileHeight } from './tiles.ts';

/** Maximum number of tiles; more are only counted. */
const maxTiles = 12;
/** A blank line and the heading. */
const headLines = 2;
const heading = ({ pen }: RenderContext, title: string, label: string, rest: string): StyledLine => [
  pen.run(` ${title}`, 'title'),
  pen.run(`  ${pen.maskText(label)} · ${rest}`, 'faint'),
];
/** The heading of charts below the rows of a pane. */
export const relatedTitle = 'RELATED SIGNALS';

/** Why there are no tiles. Lists no names: their comparable form is not masked in share mode. */
export const noneText = ({ snapshot }: EnvironmentView): string =>
  snapshot.signals.length === 0
    ? 'none, because the profile has no signals'
    : 'none, because no signal refers to this row';

/** Types of sources that read many systems, so that their signals say nothing about one row. */
const collectingTypes: ReadonlySet<string> = new Set(['prometheus', 'loki']);

/** The source of a pool or session, which is the server itself; undefined for other rows. */
const serverOf = ({ facts }: EnvironmentView, { subject }: PaneRow): string | undefined => {
  if (subject?.kind !== 'pools' && subject?.kind !== 'sessions') return undefined;
  const { source } = subject.fact;
  return collectingTypes.has(facts.frame.sources[source]?.type ?? '') ? undefined : source;
};

/** The signals that count the row: `read: { fact: queues, where: …, fold: count }`. */
const signalsCountingRow = (
  { snapshot, facts }: EnvironmentView,
  { subject, level }: PaneRow,
): readonly SignalRow[] => {
  if (subject === undefined || subject.kind === 'signal') return [];
  const row = conditionRow<FactKind>(subject.fact, level);
  const ids = new Set(
    facts.frame.signals
      .filter((spec) => signalCountsRow<FactKind>(spec, subject.kind, row))
      .map(({ id }) => id),
  );
  return snapshot.signals.filter(({ id }) => ids.has(id));
};

/** The room below the rows of a pane. */
interface TileRoom {
  readonly width: number;
  readonly height: number;
}

/** True for a signal with a line: it has a number now, or had one. */
export const hasLine = ({ facts }: EnvironmentView, { key, value }: SignalRow): boolean =>
  typeof value === 'number' || (value === undefined && (facts.history[key]?.length ?? 0) > 0);

/**
 * Renders signals as tiles, in at most `height` lines: a blank line, a heading with `title` and the `label` of what they are about,
 * and the tiles. Empty without room for a tile, or without a signal that has a line.
 */
export const renderSignalTiles = (
  view: RenderContext,
  named: readonly SignalRow[],
  { title, label }: { readonly title: string; readonly label: string },
  { width, height }: TileRoom,
): readonly StyledLine[] => {
  const { own } = view;
  if (own === undefined || height < headLines + minTileHeight) return [];
  const signals = named.filter((signal) => hasLine(own, signal));
  if (signals.length === 0) return [];
  const most = Math.min(signals.length, maxTiles);
  const room = Math.min(height - headLines, most * maxTileHeight);
  const { rows, columns } = tileGrid(most, width - 2, room);
  const shown = Math.min(most, rows * columns);
  const count = shown < signals.length ? ` · ${shown} of ${signals.length}` : '';
  return [
    [],
    heading(view, title, label, `last ${windowText(view)}${count}${tileLegend(view)}`),
    ...renderTiles(view, own, {
      signals: signals.slice(0, shown),
      width,
      height: Math.min(room, rows * maxTileHeight, Math.max(rows * usualTileHeight, room)),
    }),
  ];
};

/** The signals that are related to a row, those beyond their limits first. */
export const relatedSignals = (own: EnvironmentView, row: PaneRow): readonly SignalRow[] => {
  const names = namesOfRow(own, row);
  const named = findRelatedSignals(own.snapshot, own.facts.frame.signals, names, serverOf(own, row));
  return [...new Set([...named, ...signalsCountingRow(own, row)])].toSorted(
    (a, b) => levelRank[b.level] - levelRank[a.level],
  );
};

/** Renders the signals that are related to a row as tiles, or why there are none. Empty without room for a tile. */
export const renderRelatedSignals = (
  view: RenderContext,
  row: PaneRow,
  room: TileRoom,
): readonly StyledLine[] => {
  const { own } = view;
  if (own === undefined || room.height < headLines + minTileHeight) return [];
  const signals = relatedSignals(own, row);
  const tiles = renderSignalTiles(view, signals, { title: relatedTitle, label: row.label }, room);
  return tiles.length > 0 ? tiles : [[], heading(view, relatedTitle, row.label, noneText(own))];
};
