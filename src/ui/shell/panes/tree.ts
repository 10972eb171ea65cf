import { defined } from '../../../domain/base/defined.ts';
import { RoundCache } from '../../../domain/base/round-cache.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { TextPen } from '../../kit/text/pen.ts';
import { paneState } from '../contract/model.ts';
import type { PaneRow, TreePosition } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { memoizeReads, readAs } from '../state/tracked-reads.ts';
import { type SortedList, sortLike } from './sort-like.ts';

/** A row with its child rows, which are created on demand. */
export interface TreeNode<R extends PaneRow> {
  readonly row: R;
  readonly children?: () => readonly TreeNode<R>[];
}

/** The row with its tree position; returns the same object if row and position are unchanged. */
const inPlace = <R extends PaneRow>(
  row: R,
  depth: number,
  state: TreePosition['state'],
  parent: string | undefined,
  cache: RoundCache<R, R>,
): R => {
  const isThere = (position: TreePosition | undefined): boolean =>
    position?.depth === depth && position.state === state && position.parent === parent;
  if (isThere(row.treePosition)) return row;
  const cached = cache.get(row);
  if (cached !== undefined && isThere(cached.treePosition)) return cached;
  const treePosition: TreePosition = {
    depth,
    ...defined({ state, parent }),
  };
  return cache.set(row, { ...row, treePosition });
};

/**
 * The visible rows of a tree, each with its position: roots and the children of expanded rows,
 * or everything while a filter is active.
 */
const treeRows = <R extends PaneRow>(
  roots: readonly TreeNode<R>[],
  unfolded: readonly string[],
  everything: boolean,
  cache: RoundCache<R, R>,
): readonly R[] => {
  const open = new Set(unfolded);
  const rows: R[] = [];
  const visit = ({ row, children }: TreeNode<R>, depth: number, parent: string | undefined): void => {
    const isOpen = children !== undefined && (everything || open.has(row.key));
    rows.push(
      inPlace(row, depth, children === undefined ? undefined : isOpen ? 'open' : 'closed', parent, cache),
    );
    if (isOpen) for (const child of children()) visit(child, depth + 1, row.key);
  };
  for (const root of roots) visit(root, 0, undefined);
  cache.endRound();
  return rows;
};

/** The definition of a tree pane's rows. */
interface TreeSpec<R extends PaneRow> {
  /** The pane's id. */
  readonly id: string;
  /** The default order, worst first. */
  readonly first: (a: R, b: R) => number;
  roots(view: RenderContext): readonly TreeNode<R>[];
}

/** Creates the row selector of a tree: the expanded rows, or all with `everything`. */
export const createTreeRows = <R extends PaneRow>(
  spec: TreeSpec<R>,
): ((view: RenderContext, everything?: boolean) => readonly R[]) => {
  const cache = new RoundCache<R, R>();
  const cacheAll = new RoundCache<R, R>();
  let last: SortedList<TreeNode<R>> | undefined;
  const roots = (view: RenderContext): readonly TreeNode<R>[] => {
    const given = spec.roots(view);
    if (last?.given !== given)
      last = { given, sorted: sortLike(given, (a, b) => spec.first(a.row, b.row), last) };
    return last.sorted;
  };
  const hasFilter = ({ ui }: RenderContext): boolean => paneState(ui, spec.id).filter !== '';
  const unfolded = memoizeReads((view): readonly R[] => {
    const { expandedKeys: open = [] } = paneState(view.ui, spec.id);
    return treeRows(roots(view), open, readAs(view, hasFilter), cache);
  });
  const all = memoizeReads((view): readonly R[] => treeRows(roots(view), [], true, cacheAll));
  return (view, everything = false) => (everything ? all(view) : unfolded(view));
};

/** The indentation and marker before a row's name: '▾ ', '  ▸ '. */
export const treeIndent = (pen: TextPen, branch: TreePosition | undefined): StyledLine => {
  if (branch === undefined) return [];
  const blanks = pen.run('  '.repeat(branch.depth));
  if (branch.state === undefined) return [blanks, pen.run('  ')];
  return [blanks, pen.glyph(branch.state === 'open' ? 'open' : 'chosen', 'faint'), pen.run(' ')];
};
