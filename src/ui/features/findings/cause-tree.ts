import { pluralize } from '../../../domain/text/count-text.ts';
import { masterDetailCells } from '../../kit/components/master-detail.ts';
import { paneState } from '../../shell/contract/model.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { hasPanelSides } from '../../shell/layout/screen-size.ts';
import { isInDefaultOrder } from '../../shell/panes/order.ts';
import { memoizePerObject } from '../../shell/state/memoize.ts';
import { gatherAlike } from './alike.ts';
import { type CauseIndex, causesAmong } from './causes.ts';
import type { FindingRow } from './findings.ts';

/** The line below a cause that stands for its consequences, or heads them. */
const foldRow = (cause: FindingRow, members: readonly FindingRow[], isOpen: boolean): FindingRow => ({
  is: 'fold',
  key: `consequences ${cause.key}`,
  level: members[0]?.level ?? 'ok',
  isNotable: true,
  label: pluralize(members.length, 'consequence'),
  text: '',
  foldedKeys: members.map(({ key }) => key),
  standsFor: isOpen ? 0 : members.length,
  cause,
  members,
  isOpen,
});

/** The pane of these rows. */
const paneId = 'now';

/** True if the list is grouped by cause. Otherwise every row is on its own. */
export const isGrouped = (view: RenderContext): boolean => isInDefaultOrder(view, paneId);

/** The part of a screen that the consequences of a cause may take without a key. */
const shownShare = 0.4;

/** The number of rows up to which the consequences of the first cause are shown without a key: none without a detail beside the list. */
const shownUnasked = (view: RenderContext): number =>
  view.ui.split === undefined && masterDetailCells(view.columns - 2, hasPanelSides(view)) !== undefined
    ? Math.floor(view.rows * shownShare)
    : 0;

/** The state of the list that decides which rows it shows. */
const groupingInputs = (view: RenderContext): readonly unknown[] => [isGrouped(view), shownUnasked(view)];

/** Among the expanded keys, the one of a cause whose consequences a key has folded. */
export const foldedKey = (key: string): string => `folded ${key}`;

const isCauseAmong =
  ({ consequencesOf }: CauseIndex) =>
  (row: FindingRow): boolean =>
    consequencesOf(row).length > 0;

const memoizedRoots = memoizePerObject<readonly FindingRow[]>();

/** The rows without those that are shown below their cause, the ones alike gathered. The same for every size of the screen and its parts. */
const gatheredRoots = (view: RenderContext, rows: readonly FindingRow[]): readonly FindingRow[] => {
  const { expandedKeys } = paneState(view.ui, paneId);
  return memoizedRoots(rows, [view.cockpit.open?.dependencies, expandedKeys], () => {
    const causes = causesAmong(view, rows);
    const { causeOf, holdsOthers } = causes;
    const roots = new Set(
      rows.flatMap((row) => {
        const cause = causeOf(row);
        return cause === undefined ? [row] : holdsOthers(cause) ? [cause] : [];
      }),
    );
    return gatherAlike(view, [...roots], { expandedKeys: expandedKeys ?? [], isHead: isCauseAmong(causes) });
  });
};

const groupRows = (view: RenderContext, rows: readonly FindingRow[]): readonly FindingRow[] => {
  const causes = causesAmong(view, rows);
  const { consequencesOf } = causes;
  const { expandedKeys = [] } = paneState(view.ui, paneId);
  const isCause = isCauseAmong(causes);
  const gathered = gatheredRoots(view, rows);
  const worst = gathered.find(isCause);
  if (worst === undefined) return gathered;
  return gathered.flatMap((row): readonly FindingRow[] => {
    const members = consequencesOf(row);
    if (members.length === 0) return [row];
    const unfolded = (): readonly FindingRow[] =>
      gatherAlike(view, members, { expandedKeys, isHead: isCause, isBelow: true });
    if (expandedKeys.includes(row.key)) return [row, foldRow(row, members, true), ...unfolded()];
    const isUnasked = row === worst && !expandedKeys.includes(foldedKey(row.key));
    const shown = isUnasked && shownUnasked(view) > 0 ? unfolded() : [];
    const isOpen = shown.length > 0 && shown.length <= shownUnasked(view);
    return [row, foldRow(row, members, isOpen), ...(isOpen ? shown : [])];
  });
};

const memoizedRows = memoizePerObject<readonly FindingRow[]>(2);

/**
 * The shown rows: each cause is followed by its consequences, folded into one line unless its key is expanded; those of the first cause are
 * shown where they have room. One that others wait for stands where the first of them does. Findings alike are one row. Memoized.
 */
export const rowsByCause = (view: RenderContext, rows: readonly FindingRow[]): readonly FindingRow[] => {
  if (!isGrouped(view)) return rows;
  const inputs = [
    view.cockpit.open?.dependencies,
    paneState(view.ui, paneId).expandedKeys,
    ...groupingInputs(view),
  ];
  return memoizedRows(rows, inputs, () => groupRows(view, rows));
};

/** True if the row is shown below its cause. */
export const isBelowCause = (view: RenderContext, index: CauseIndex, row: FindingRow): boolean =>
  isGrouped(view) && index.causeOf(row) !== undefined;

/** The keys of the rows that end a tree of consequences. */
export const lastBelowCauses = (shown: readonly FindingRow[], { causeOf }: CauseIndex): ReadonlySet<string> =>
  new Set(
    shown.flatMap((row, position) => {
      const cause = causeOf(row);
      const next = shown[position + 1];
      return cause !== undefined && (next === undefined || causeOf(next) !== cause) ? [row.key] : [];
    }),
  );
