import type { Level } from '../../../domain/facts/level.ts';
import { levelRank } from '../../../domain/facts/level.ts';
import type { ProfileLink } from '../../../domain/profile/profile.ts';
import {
  type EntityNames,
  findRelatedRows,
  nameStem,
  type RelatedRowMatch,
  type Relation,
} from '../../../kinds/relations.ts';
import type { PaneId } from '../../kit/components/cursor.ts';
import type { Pane } from '../../shell/contract/pane.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import type { EnvironmentView, RenderContext } from '../../shell/contract/render-context.ts';
import { paneRowKey, rowPlace } from '../../shell/panes/row-place.ts';
import { namesOfRow } from '../relations/names.ts';
import { matchingRunbookFor } from '../runbook-matching/row-runbooks.ts';

/** A place that a related object leads to. */
export type RelatedPlace =
  | {
      readonly is: 'row';
      readonly pane: PaneId;
      readonly key: string;
      /** True: with its details open, such as the chart of a signal. */
      readonly opened?: true;
    }
  /** The rows of a pane that contain a text. */
  | { readonly is: 'filter'; readonly pane: PaneId; readonly filter: string }
  /** Logs of the subject. */
  | { readonly is: 'logs' }
  | { readonly is: 'runbook'; readonly id: string };

/** One line of the card of related objects. */
export interface RelatedTarget {
  readonly key: string;
  /** The pane that it opens: 'PODS', 'LOGS'. */
  readonly pane: string;
  readonly text: string;
  /** Its relation in a word or two: 'node', 'needs'; '' when the names say it. */
  readonly relation: string;
  readonly level?: Level;
  readonly to: RelatedPlace;
}

/** Rows listed per pane; the others are one line that filters the pane. */
const rowsPerPane = 4;

const relationWords: Readonly<Record<Relation, string>> = {
  'same object': '',
  needs: 'dependency',
  'needed by': 'dependent',
  'runs on': 'its node',
  'runs here': 'runs here',
  'same topic': 'same topic',
};

const specsOf = ({ facts }: EnvironmentView) => facts.frame.signals;

/** The row that a finding or a change is about, in its own pane; otherwise the row itself. */
const actualRow = (
  view: RenderContext,
  pane: Pane,
  row: PaneRow,
): { readonly pane: Pane; readonly row: PaneRow; readonly isOther: boolean } => {
  const place = rowPlace(view, row.aboutKey);
  const there = place?.pane.everyRow(view).find(({ key }) => key === place.key);
  return place === undefined || there === undefined
    ? { pane, row, isOther: false }
    : { pane: place.pane, row: there, isOther: true };
};

/** A related row in the pane that shows it. */
interface PlacedMatch {
  readonly match: RelatedRowMatch;
  readonly row: PaneRow;
}

/** Matches by the pane that shows them, once per row of the pane, the closest first and then the worst. */
const placedMatches = (
  view: RenderContext,
  matches: readonly RelatedRowMatch[],
  names: EntityNames,
): ReadonlyMap<Pane, readonly PlacedMatch[]> => {
  const byPane = Map.groupBy(matches, ({ of }) =>
    view.features.panes.ofKind(of.kind === 'signal' ? 'samples' : of.kind),
  );
  const rank = ({ match: { relation, name } }: PlacedMatch): number =>
    // A dependency explains more than what shares only a service.
    relation === 'same object' ? names.own.indexOf(name) : relation === 'needs' ? 0.5 : names.own.length;
  const placed = new Map<Pane, readonly PlacedMatch[]>();
  for (const pane of view.features.panes.ofEnvironment()) {
    const found = byPane.get(pane) ?? [];
    if (found.length === 0) continue;
    const rows = new Map(pane.everyRow(view).map((row) => [row.key, row]));
    const seen = new Map<string, PlacedMatch>();
    for (const match of found) {
      const key = match.of.kind === 'signal' ? match.of.signal.key : paneRowKey(pane, match.of.row);
      const row = rows.get(key);
      if (row !== undefined && !seen.has(key)) seen.set(key, { match, row });
    }
    const sorted = [...seen.values()].toSorted(
      (a, b) => rank(a) - rank(b) || levelRank[b.row.level] - levelRank[a.row.level],
    );
    if (sorted.length > 0) placed.set(pane, sorted);
  }
  return placed;
};

const rowTarget = (pane: Pane, row: PaneRow, relation: string): RelatedTarget => ({
  key: `${pane.id} ${row.key}`,
  pane: pane.title,
  text: row.label,
  relation,
  level: row.level,
  to: { is: 'row', pane: pane.id, key: row.key, ...(pane.kind === 'samples' ? { opened: true } : {}) },
});

/** One line for the rows beyond the limit, if one name selects them. */
const otherRowsTarget = (
  pane: Pane,
  all: readonly PlacedMatch[],
  rest: readonly PlacedMatch[],
): readonly RelatedTarget[] => {
  const [name] = rest.map(({ match }) => match.name);
  if (name === undefined) return [];
  const matching = all.filter(({ row }) => row.text.toLowerCase().includes(name));
  return matching.length < 2
    ? []
    : [
        {
          key: `${pane.id} filter ${name}`,
          pane: pane.title,
          text: `all ${matching.length} rows with ${name}`,
          relation: '',
          to: { is: 'filter', pane: pane.id, filter: name },
        },
      ];
};

/** The rows of one pane, except the subject itself. */
const paneTargets = (
  pane: Pane,
  placed: readonly PlacedMatch[],
  isSubject: (pane: Pane, row: PaneRow) => boolean,
): readonly RelatedTarget[] => {
  const others = placed.filter(({ row }) => !isSubject(pane, row));
  const more =
    others.length > rowsPerPane + 1 ? otherRowsTarget(pane, placed, others.slice(rowsPerPane)) : [];
  // Without a filter that selects the others, all are listed.
  const shown = more.length === 0 ? others : others.slice(0, rowsPerPane);
  return [...shown.map(({ match, row }) => rowTarget(pane, row, relationWords[match.relation])), ...more];
};

/** The branches of a tree row: the topics of a consumer group, the containers of a pod, and its parent. */
const branchTargets = (
  view: RenderContext,
  pane: Pane,
  { key, treePosition }: PaneRow,
): readonly RelatedTarget[] => {
  if (treePosition === undefined) return [];
  const all = pane.everyRow(view);
  const parent = all.find((paneRow) => paneRow.key === treePosition.parent);
  const inside = all.filter((paneRow) => paneRow.treePosition?.parent === key);
  return [
    ...(parent === undefined ? [] : [rowTarget(pane, parent, 'contains it')]),
    ...inside.slice(0, rowsPerPane).map((paneRow) => rowTarget(pane, paneRow, 'part of it')),
  ];
};

/** Words of a link's own text; a URL's path and host count as words. */
const wordsOf = ({ id, title, url = '', note = '' }: ProfileLink): readonly string[] =>
  `${id} ${title} ${url} ${note}`.toLowerCase().split(/[^a-z0-9-]+/);

/** Links that name the object, or, for an alert or a signal, a dashboard. */
const linksFor = (view: RenderContext, row: PaneRow, names: EntityNames): readonly ProfileLink[] => {
  const isMeasured = row.subject?.kind === 'alerts' || row.subject?.kind === 'signal';
  return (view.cockpit.open?.links ?? []).filter((link) => {
    const words = wordsOf(link).map(nameStem);
    return (
      names.own.some((name) => words.includes(name)) ||
      (isMeasured && words.some((word) => word === 'grafana' || word.startsWith('dashboard')))
    );
  });
};

const logsTarget = (view: RenderContext, pane: Pane, row: PaneRow): readonly RelatedTarget[] => {
  const { logs } = view.features.services;
  const hasLogs = (view.cockpit.open?.tails?.length ?? 0) > 0 && pane.id !== logs?.pane;
  const target = hasLogs ? logs?.targetOf(view, row, pane.id) : undefined;
  return target === undefined
    ? []
    : [
        {
          key: 'logs',
          pane: 'Logs',
          text: target.scope.of.length === 0 ? target.notice.replace(/^Logs: /, '') : target.scope.title,
          relation: target.at === undefined ? '' : 'from 5 min before',
          to: { is: 'logs' },
        },
      ];
};

/** The order of panes in the card: what explains a row before what surrounds it. */
const paneOrder: readonly PaneId[] = ['alerts', 'pods', 'health', 'breakers', 'lag', 'pools', 'matrix', 'db'];

const orderOf = ({ id }: Pane): number => {
  const index = paneOrder.indexOf(id);
  return index === -1 ? paneOrder.length : index;
};

/**
 * Everything that a row leads to: its own row (of a finding or a change), its logs, its runbook, and the rows, links and
 * charts with its names. Only places that exist; empty if there are none.
 */
export const relatedTargets = (view: RenderContext, from: Pane, shown: PaneRow): readonly RelatedTarget[] => {
  const { own } = view;
  if (own === undefined) return [];
  const { pane, row, isOther } = actualRow(view, from, shown);
  const names = namesOfRow(own, row);
  const placed = placedMatches(view, findRelatedRows(own.snapshot, specsOf(own), names), names);
  const isSubject = (givenPane: Pane, paneRow: PaneRow): boolean =>
    (givenPane === pane && paneRow.key === row.key) ||
    (givenPane === pane && row.treePosition?.parent === paneRow.key);
  const chart = row.subject?.kind === 'signal' && !isOther ? [rowTarget(pane, row, 'its chart')] : [];
  const runbook = matchingRunbookFor(view, pane.id, row);
  const linksPane = view.features.panes.all().find(({ id }) => id === 'links');
  const targets: readonly RelatedTarget[] = [
    ...(isOther ? [rowTarget(pane, row, 'this row')] : chart),
    ...logsTarget(view, pane, row),
    ...(runbook === undefined
      ? []
      : [
          {
            key: `runbook ${runbook.runbook.id}`,
            pane: 'RUNBOOK',
            text: runbook.runbook.title,
            relation: runbook.fits === 'yes' ? 'matches' : '',
            to: { is: 'runbook', id: runbook.runbook.id } as const,
          },
        ]),
    ...branchTargets(view, pane, row),
    ...[...placed]
      .toSorted(([a], [b]) => orderOf(a) - orderOf(b))
      .flatMap(([foundPane, rows]) => paneTargets(foundPane, rows, isSubject)),
    ...linksFor(view, row, names).map((link) => ({
      key: `links ${link.id}`,
      pane: linksPane?.title ?? 'Links',
      text: link.title,
      relation: '',
      to: { is: 'row', pane: 'links', key: link.id } as const,
    })),
  ];
  return [...new Map(targets.toReversed().map((target) => [target.key, target])).values()].toReversed();
};

/** The row of a place in a pane by key; undefined if it no longer exists. */
export const rowOfPlace = (view: RenderContext, pane: PaneId, key: string): PaneRow | undefined =>
  view.features.panes
    .byId(pane)
    .everyRow(view)
    .find((row) => row.key === key);
