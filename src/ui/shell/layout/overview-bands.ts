import type { FactKind } from '../../../domain/facts/facts.ts';
import { isKind, kindOf } from '../../../kinds/registry/registry.ts';
import type { Pane } from '../contract/pane.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { hasPanelSides } from './screen-size.ts';

/** Panes one below the other in a part of a band, and the share of the width that the part has. */
export interface BandPart {
  readonly panes: readonly Pane[];
  readonly share: number;
}

/** A part of a band, by the ids of its panes. */
interface PartSpec {
  readonly ids: readonly string[];
  readonly share: number;
}

type Arrangement = readonly (readonly PartSpec[])[];

const part = (share: number, ...ids: readonly string[]): PartSpec => ({ ids, share });

/** The overview as boxes: charts first, then what is usually looked at, then what is usually well. */
const usual: Arrangement = [
  [part(1, 'pulse')],
  [part(44, 'health'), part(76, 'matrix')],
  [part(1, 'lag'), part(1, 'db')],
  [part(1, 'pods')],
  [part(1, 'breakers'), part(1, 'pools'), part(1, 'alerts')],
];

/** While a service is a problem, its name and the reason need more room. */
const withServices: Arrangement = usual.map((parts) =>
  parts[0]?.ids[0] === 'health' ? [part(64, 'health'), part(56, 'matrix')] : parts,
);

/** While a circuit breaker is a problem, its pane is next to that of the services. */
const withBreakers: Arrangement = [
  [part(1, 'pulse')],
  [part(64, 'health'), part(56, 'breakers')],
  [part(76, 'matrix'), part(44, 'alerts', 'pools')],
  [part(1, 'lag'), part(1, 'db')],
  [part(1, 'pods')],
];

/** Boxes on a screen that has no room for two tables side by side. */
const middle: Arrangement = [
  [part(1, 'pulse')],
  [part(1, 'health')],
  [part(1, 'matrix')],
  [part(1, 'lag'), part(1, 'db')],
  [part(1, 'pods')],
  [part(1, 'breakers'), part(1, 'pools'), part(1, 'alerts')],
];

/** The overview of a small screen: the tables one below the other, short lists side by side, what is usually well as lines. */
const ofRules: Arrangement = [
  ...['health', 'pulse', 'matrix'].map((id) => [part(1, id)]),
  [part(1, 'breakers'), part(1, 'alerts')],
  ...['lag', 'pools', 'pods', 'db'].map((id) => [part(1, id)]),
];

const isInOverview = (id: string): boolean => !isKind(id) || kindOf<FactKind>(id).inOverview !== false;

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

/** The default arrangement: panes of custom kinds take the full width, above Logs. */
const defaultArrangement = (view: RenderContext): Arrangement => {
  const hasProblems = (id: string): boolean =>
    view.features.panes
      .all()
      .some((pane) => pane.id === id && pane.isAvailable(view) && pane.problems(view).length > 0);
  // Without signals, the pane is one line.
  const hasSignals = view.own === undefined || view.own.facts.frame.signals.length > 0;
  const beside = hasProblems('health') ? withServices : usual;
  const wide = !hasSignals ? middle : hasProblems('breakers') ? withBreakers : beside;
  const builtIn = !hasPanelSides(view) ? ofRules : view.columns >= minSideBySideColumns ? wide : middle;
  const generated = view.features.panes
    .generated()
    .flatMap(({ id }) => (isInOverview(id) ? [[part(1, id)]] : []));
  return [...builtIn, ...generated, [part(1, 'logs')]];
};

/** The bands that an operator begins to arrange: those of the default arrangement. */
export const defaultBands = (view: RenderContext): readonly (readonly string[])[] =>
  defaultArrangement(view).map((parts) => parts.flatMap(({ ids }) => ids));

/** An arrangement of the operator: the panes of a band are side by side where there is room. */
const ownArrangement = (view: RenderContext): Arrangement | undefined =>
  view.columns >= minSideBySideColumns
    ? view.ui.bands?.map((ids) => ids.map((id) => part(1, id)))
    : view.ui.bands?.flatMap((ids) => ids.map((id) => [part(1, id)]));

/** Without panes that have no source, unless nothing else is left: their keys still open them. */
const withoutUnconfigured = (
  view: RenderContext,
  bands: readonly (readonly BandPart[])[],
): readonly (readonly BandPart[])[] => {
  const kept = filterPanes(bands, (pane) => isConfigured(view, pane));
  const hasOwn = kept
    .flat()
    .some(({ panes }) => panes.some(({ kind }) => kind !== undefined && kind !== 'samples'));
  return hasOwn ? kept : bands;
};

/** The bands with the panes for which `isKept` is true; without empty parts and bands. */
export const filterPanes = (
  bands: readonly (readonly BandPart[])[],
  isKept: (pane: Pane) => boolean,
): readonly (readonly BandPart[])[] =>
  bands
    .map((parts) =>
      parts
        .map(({ panes, share }) => ({ panes: panes.filter(isKept), share }))
        .filter(({ panes }) => panes.length > 0),
    )
    .filter((parts) => parts.length > 0);

/** The bands of the overview, top to bottom: parts side by side, of panes one below the other. */
export const overviewBands = (view: RenderContext): readonly (readonly BandPart[])[] => {
  const own = ownArrangement(view);
  const all = view.features.panes.all();
  const panesOf = (ids: readonly string[]): readonly Pane[] =>
    ids.flatMap((id) => all.filter((pane) => pane.id === id && pane.isAvailable(view)));
  const bands = (own ?? defaultArrangement(view)).map((parts) =>
    parts.map(({ ids, share }) => ({ panes: panesOf(ids), share })),
  );
  // An arrangement of the operator stays as it is.
  return filterPanes(own === undefined ? withoutUnconfigured(view, bands) : bands, () => true);
};

/** The panes of the overview in display order, with those that wait for spare rows. */
export const panesInOverview = (view: RenderContext): readonly Pane[] =>
  overviewBands(view).flatMap((parts) => parts.flatMap(({ panes }) => panes));

/** Panes whose rows come and go, and the rows that are of use while all is well. */
const briefRows: Readonly<Record<string, number>> = { db: 7 };

/** The height up to which a pane grows before the others have what they want. */
export const firstHeight = (view: RenderContext, pane: Pane, want: number): number => {
  const most = briefRows[pane.id];
  return most === undefined || pane.problems(view).length > 0 ? want : Math.min(want, most);
};
