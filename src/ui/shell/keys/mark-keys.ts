import { markedKeys, updatePane } from '../contract/model.ts';
import type { Binding, KeyContext } from '../contract/pane.ts';
import type { RowSubject } from '../contract/pane-row.ts';
import { markCountText } from '../panes/title.ts';
import { boundKey } from '../state/keys-in-text.ts';

const setMarks = ({ view, model, pane, notify: say }: KeyContext, marks: ReadonlySet<string>): void => {
  updatePane(model, pane.id, { marks: marks.size === 0 ? undefined : marks });
  const now = { ...view, ui: model.getState() };
  const text = markCountText(now, pane.id, () => pane.everyRow(now));
  say(`${pane.title}: ${text === '' ? 'no marked rows' : text}`);
};

const markRow = (context: KeyContext): void => {
  const { row, view, pane } = context;
  if (row === undefined) return;
  const marks = new Set(markedKeys(view.ui, pane.id));
  if (!marks.delete(row.key)) marks.add(row.key);
  setMarks(context, marks);
};

/** Marks all shown rows, or unmarks them if all are marked. */
const markShown = (context: KeyContext): void => {
  const { view, pane } = context;
  const shown = pane.rows(view).flatMap(({ key, foldedKeys }) => foldedKeys ?? [key]);
  const marks = markedKeys(view.ui, pane.id);
  const shownSet = new Set(shown);
  const without = new Set([...marks].filter((key) => !shownSet.has(key)));
  setMarks(context, shown.every((key) => marks.has(key)) ? without : new Set([...marks, ...shown]));
};

/** Why a single-row action is unavailable while other rows are marked: it would look as if it applied to all. */
export const multipleMarkedReason = ({ view, pane, row }: KeyContext): string | undefined => {
  const { size } = markedKeys(view.ui, pane.id);
  if (size === 0 && row?.foldedKeys !== undefined)
    return `this row stands for ${row.foldedKeys.length}: ${boundKey(view.cockpit, 'zoom', 'z')} shows each`;
  if (size === 0 || (size === 1 && row !== undefined && markedKeys(view.ui, pane.id).has(row.key)))
    return undefined;
  return size === 1
    ? 'this key acts on the row under the cursor, but another row is marked: press esc to unmark'
    : `this key acts on one row, but ${size} are marked: press esc to unmark`;
};

/** The objects of an action: those of the marked rows, or of the row under the cursor. */
export const actionTargets = (
  context: KeyContext,
): { readonly subjects: readonly RowSubject[] } | { readonly whyNot: string } => {
  const { view, pane, row } = context;
  const marks = markedKeys(view.ui, pane.id);
  if (marks.size < 2) {
    const whyNot = multipleMarkedReason(context);
    return whyNot === undefined ? { subjects: row?.subject === undefined ? [] : [row.subject] } : { whyNot };
  }
  const rows = pane.everyRow(view).filter(({ key }) => marks.has(key));
  if (rows.length < marks.size)
    return {
      whyNot: `${marks.size - rows.length} of ${marks.size} marked rows no longer exist: press esc to unmark`,
    };
  const subjects = rows.flatMap(({ subject }) => subject ?? []);
  return subjects.length < rows.length
    ? { whyNot: 'some of the marked rows are no objects of a source: press esc to unmark' }
    : { subjects };
};

/** Keys that mark rows. */
export const markKeys: readonly Binding[] = [
  {
    id: 'mark',
    keys: ['m'],
    description: 'mark or unmark the row',
    whyNot: ({ row }) => {
      if (row === undefined) return 'this pane shows no rows';
      return row.foldedKeys === undefined
        ? undefined
        : 'this row stands for several: unfold the row with z or l, or mark all with M';
    },
    run: markRow,
  },
  {
    id: 'mark.shown',
    keys: ['M'],
    description: 'mark or unmark all shown rows',
    whyNot: ({ rows }) => (rows.length === 0 ? 'this pane shows no rows' : undefined),
    run: markShown,
  },
];
