import type { FactKind } from '../../../domain/facts/facts.ts';
import { isKind, kindOf } from '../../../kinds/registry/registry.ts';
import type { Pane } from '../contract/pane.ts';
import type { RenderContext } from '../contract/render-context.ts';

/** The bands of the overview, top to bottom. The panes of a band are side by side on a wide screen. */
const ofBuiltIn: readonly (readonly string[])[] = [
  ['health'],
  ['pulse'],
  ['matrix'],
  ['breakers', 'lag'],
  ['pools', 'pods'],
  ['db'],
  ['alerts'],
  ['logs'],
];

const isInOverview = (id: string): boolean => !isKind(id) || kindOf<FactKind>(id).inOverview !== false;

/** The default bands: panes of custom kinds take the full width, above Logs. */
export const defaultBands = ({ features }: RenderContext): readonly (readonly string[])[] => [
  ...ofBuiltIn.slice(0, -1),
  ...features.panes.generated().flatMap(({ id }) => (isInOverview(id) ? [[id]] : [])),
  ...ofBuiltIn.slice(-1),
];

/** Panes whose title shows counts. On a narrow screen, title and worst row take precedence over further rows. */
export const panesWithCounts: ReadonlySet<string> = new Set(['breakers', 'lag', 'pools', 'pods', 'db']);

/** Minimum terminal width for panes side by side. */
export const minSideBySideColumns = 120;

/** False: the profile has no source for the kind of the pane. Sources that are off or still opening count. */
const isConfigured = ({ own }: RenderContext, { kind }: Pane): boolean => {
  if (own === undefined || kind === undefined || kind === 'samples' || kind === 'notes') return true;
  const { isProvided, waiting, faults, rows } = own.snapshot.kinds[kind];
  return isProvided || waiting > 0 || faults.length > 0 || rows.length > 0;
};

/**
 * Without panes that have no source, unless nothing else is left: their keys still open them. Panes whose neighbor is
 * gone move together in twos, so that none has half of a row for itself.
 */
const withoutUnconfigured = (
  view: RenderContext,
  bands: readonly (readonly Pane[])[],
): readonly (readonly Pane[])[] => {
  const kept = bands.map((band) => band.filter((pane) => isConfigured(view, pane)));
  if (!kept.flat().some(({ kind }) => kind !== undefined && kind !== 'samples')) return bands;
  const paired = bands.map((band) => band.length > 1);
  const small = kept.flatMap((band, index) => (paired[index] === true ? band : []));
  const first = paired.indexOf(true);
  const twos = Array.from({ length: Math.ceil(small.length / 2) }, (_, index) =>
    small.slice(2 * index, 2 * index + 2),
  );
  return kept.flatMap((band, index) => (index === first ? twos : paired[index] === true ? [] : [band]));
};

const arranged = (view: RenderContext): readonly (readonly Pane[])[] => {
  const { bands: own } = view.ui;
  const bands = (own ?? defaultBands(view)).map((band) =>
    band.flatMap((id) =>
      view.features.panes.all().filter((pane) => pane.id === id && pane.isAvailable(view)),
    ),
  );
  // An arrangement of the operator stays as it is.
  return (own === undefined ? withoutUnconfigured(view, bands) : bands).filter((band) => band.length > 0);
};

/** The bands of the overview, left to right within each band. */
export const overviewBands = (view: RenderContext): readonly (readonly Pane[])[] =>
  view.columns >= minSideBySideColumns
    ? arranged(view)
    : arranged(view).flatMap((band) => band.map((pane) => [pane]));

/** The panes of the overview in display order, with those that wait for spare rows. */
export const panesInOverview = (view: RenderContext): readonly Pane[] => arranged(view).flat();
