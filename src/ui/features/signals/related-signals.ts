import type { FactKind } from '../../../domain/facts/facts.ts';
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
const heading = ({ pen }: RenderContext, { label }: PaneRow, rest: string): StyledLine => [
  pen.run(' RELATED SIGNALS', 'title'),
  pen.run(`  ${pen.maskText(label)} · ${rest}`, 'faint'),
];

/** Why there are no tiles. Lists no names: their comparable form is not masked in share mode. */
const noneText = ({ snapshot }: EnvironmentView): string =>
  snapshot.signals.length === 0 ? 'none: the profile has no signals' : 'none: no signal refers to this row';

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

/**
 * Renders the signals that are related to a row as tiles, in at most `height` lines: a blank line, a heading, and the tiles
 * or why there are none. Empty without room for a tile.
 */
export const renderRelatedSignals = (
  view: RenderContext,
  row: PaneRow,
  { width, height }: { readonly width: number; readonly height: number },
): readonly StyledLine[] => {
  const { own } = view;
  if (own === undefined || height < headLines + minTileHeight) return [];
  const names = namesOfRow(own, row);
  const named = findRelatedSignals(own.snapshot, own.facts.frame.signals, names, serverOf(own, row));
  const signals = [...new Set([...named, ...signalsCountingRow(own, row)])].filter(
    ({ key, value }) =>
      typeof value === 'number' || (value === undefined && (own.facts.history[key]?.length ?? 0) > 0),
  );
  if (signals.length === 0) return [[], heading(view, row, noneText(own))];
  const most = Math.min(signals.length, maxTiles);
  const room = Math.min(height - headLines, most * maxTileHeight);
  const { rows, columns } = tileGrid(most, width - 2, room);
  const shown = Math.min(most, rows * columns);
  const count = shown < signals.length ? ` · ${shown} of ${signals.length}` : '';
  return [
    [],
    heading(view, row, `last ${windowText(view)}${count}${tileLegend(view)}`),
    ...renderTiles(view, own, {
      signals: signals.slice(0, shown),
      width,
      height: Math.min(room, rows * maxTileHeight, Math.max(rows * usualTileHeight, room)),
    }),
  ];
};
