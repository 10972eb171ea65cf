import type { z } from 'zod';
import { expectedBy, type Leaf, remedyOf } from './issue-words.ts';
import { type Node, nearest, nounOf, type Path } from './tree.ts';

/** Where an issue's path leads: the node there, or the nearest above it and the key that is missing in it. */
export const placeOf = (root: Node, path: Path): { readonly node: Node; readonly missing?: string } => {
  const node = nearest(root, path);
  const last = path.at(-1);
  if (last === undefined) return { node };
  const parent = nearest(root, path.slice(0, -1));
  const there = parent.is === 'map' ? parent.entries.has(String(last)) : parent.is === 'list';
  return there ? { node } : { node: parent, missing: String(last) };
};

/** True when a reference without a value stands where the issue points. */
const atGap = (root: Node, path: Path): boolean => {
  const node = nearest(root, path);
  return node.is === 'scalar' && node.gaps !== undefined;
};

const isRoot = (issue: Leaf, path: Path): boolean =>
  issue.path.length === path.length && (issue.code === 'invalid_type' || issue.code === 'invalid_value');

/** How far a branch of a union is from what is there: the nearest one is the one that was meant. */
const farness = (branch: readonly Leaf[], path: Path): number =>
  branch
    .map((issue) =>
      isRoot(issue, path) ? 100 : issue.code === 'unrecognized_keys' ? 3 * issue.keys.length : 2,
    )
    .reduce((sum, cost) => sum + cost, 0);

const unionLeaves = (issue: z.core.$ZodIssueInvalidUnion, path: Path, root: Node): readonly Leaf[] => {
  if (issue.message !== '') return [{ code: 'custom', path: [...path], message: issue.message }];
  if (issue.errors.length === 0) {
    const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : [];
    return [{ code: 'invalid_value', values: options, path: [...path], message: '' }];
  }
  const branches = issue.errors.map((branch) => branch.flatMap((inner) => leaves(inner, root, path)));
  const open = branches.map((branch) => branch.filter((leaf) => !atGap(root, leaf.path)));
  if (open.some((branch) => branch.length === 0)) return [];
  if (open.every((branch) => branch.length === 1 && branch.every((leaf) => isRoot(leaf, path)))) {
    const expected = [...new Set(open.flat().map(expectedBy))].join(' or ');
    const message = `expected ${expected}, found ${nounOf(nearest(root, path))}; ${remedyOf(open.flat())}`;
    const { missing } = placeOf(root, path);
    return missing === undefined ? [{ code: 'custom', path: [...path], message }] : open.flat().slice(0, 1);
  }
  return open.reduce((best, branch) => (farness(branch, path) < farness(best, path) ? branch : best));
};

/** An issue with its unions opened: of each union the branch that was most probably meant. */
export const leaves = (issue: z.core.$ZodIssue, root: Node, above: Path = []): readonly Leaf[] => {
  const path = [...above, ...issue.path];
  return issue.code === 'invalid_union' ? unionLeaves(issue, path, root) : [{ ...issue, path }];
};
