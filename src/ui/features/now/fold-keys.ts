import { paneState, updatePane } from '../../shell/contract/model.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { foldedKey } from '../findings/cause-tree.ts';
import { isFindingRow } from '../findings/columns.ts';
import type { FindingRow } from '../findings/findings.ts';

const paneId = 'now';

/** The cause that the row under the cursor is or belongs to; undefined: it has no consequences. */
type CauseOfRow = (context: KeyContext) => FindingRow | undefined;

/** The row under the cursor. */
export const selectedFinding = ({ row }: KeyContext): FindingRow | undefined =>
  row !== undefined && isFindingRow(row) ? row : undefined;

/** True if the rows of a cause, or of a group of equal problems, are shown. */
const isOpen = ({ view, rows }: KeyContext, { key }: FindingRow): boolean => {
  const fold = rows.find((row) => isFindingRow(row) && row.is === 'fold' && row.cause.key === key);
  return fold !== undefined && isFindingRow(fold) && fold.is === 'fold'
    ? fold.isOpen
    : paneState(view.ui, paneId).expandedKeys?.includes(key) === true;
};

/** Shows or hides the consequences of a cause. Hiding them moves the cursor to the cause. */
export const foldConsequences = (context: KeyContext, cause: FindingRow, shows: boolean): void => {
  const { model, view, rows } = context;
  const own = [cause.key, foldedKey(cause.key)];
  const others = (paneState(view.ui, paneId).expandedKeys ?? []).filter((key) => !own.includes(key));
  updatePane(model, paneId, {
    expandedKeys: [...others, shows ? cause.key : foldedKey(cause.key)],
    ...(shows ? {} : { cursor: { key: cause.key, index: rows.findIndex(({ key }) => key === cause.key) } }),
  });
};

const sideways = (causeOf: CauseOfRow, shows: boolean): Pick<Binding, 'whyNot' | 'run'> => ({
  whyNot: (context) => {
    const cause = causeOf(context);
    if (cause === undefined) return 'this row has no consequences, so there is nothing to fold';
    return isOpen(context, cause) === shows
      ? `the rows below this one are already ${shows ? 'shown' : 'folded'}`
      : undefined;
  },
  run: (context) => {
    const cause = causeOf(context);
    if (cause !== undefined) foldConsequences(context, cause, shows);
  },
});

/** Keys that fold and unfold the consequences of a cause. They replace the global keys with the same ids. */
export const foldKeys = (causeOf: CauseOfRow): readonly Binding[] => [
  {
    id: 'column.left',
    keys: ['h', 'left'],
    description: 'fold the problems below this cause, or the group of equal problems',
    ...sideways(causeOf, false),
  },
  {
    id: 'column.right',
    keys: ['l', 'right'],
    description: 'show the problems below this cause, or the group of equal problems',
    ...sideways(causeOf, true),
  },
];
