import type { RegexTree } from './tree.ts';

/** An upper bound in the text length n: `factor` · n^`degree`. */
export interface PolynomialBound {
  readonly factor: number;
  readonly degree: number;
}

/** Steps of one attempt, and the number of ways a part can match: after each of them the rest may be tried. */
interface BacktrackingCost {
  readonly steps: PolynomialBound;
  readonly ways: PolynomialBound;
}

const polynomialBound: PolynomialBound = { factor: 1, degree: 0 };
const endless: PolynomialBound = { factor: Number.POSITIVE_INFINITY, degree: Number.POSITIVE_INFINITY };
const simple: BacktrackingCost = { steps: polynomialBound, ways: polynomialBound };

const plus = (left: PolynomialBound, right: PolynomialBound): PolynomialBound => ({
  factor: left.factor + right.factor,
  degree: Math.max(left.degree, right.degree),
});
const times = (left: PolynomialBound, right: PolynomialBound): PolynomialBound => ({
  factor: left.factor * right.factor,
  degree: left.degree + right.degree,
});

const followed = (first: BacktrackingCost, then: BacktrackingCost): BacktrackingCost => ({
  steps: plus(first.steps, times(first.ways, then.steps)),
  ways: times(first.ways, then.ways),
});

const repeated = (of: BacktrackingCost, least: number, most: number): BacktrackingCost => {
  const hasOneWay = of.ways.degree === 0 && of.ways.factor <= 1;
  if (most === Number.POSITIVE_INFINITY) {
    // A part with several ways to match multiplies them with every iteration.
    if (!hasOneWay) return { steps: endless, ways: endless };
    const turns: PolynomialBound = { factor: 1, degree: 1 };
    return { steps: plus(times(turns, of.steps), { factor: least + 1, degree: 0 }), ways: turns };
  }
  const counts = most - least + 1;
  if (hasOneWay)
    return {
      steps: times({ factor: Math.max(1, most), degree: 0 }, of.steps),
      ways: { factor: counts, degree: 0 },
    };
  const wayCount: PolynomialBound = {
    factor: of.ways.factor ** most * counts,
    degree: of.ways.degree * most,
  };
  return {
    steps: times(times(of.steps, wayCount), { factor: Math.max(1, most), degree: 0 }),
    ways: wayCount,
  };
};

const effortOf = (tree: RegexTree): BacktrackingCost => {
  switch (tree.is) {
    case 'one':
    case 'place':
      return simple;
    case 'sequence':
      return tree.parts.reduceRight<BacktrackingCost>((then, part) => followed(effortOf(part), then), simple);
    case 'choice':
      return tree.parts.map(effortOf).reduce((left, right) => ({
        steps: plus(left.steps, right.steps),
        ways: plus(left.ways, right.ways),
      }));
    case 'group':
      return effortOf(tree.of);
    case 'repeat':
      return repeated(effortOf(tree.of), tree.least, tree.most);
    case 'look':
      // Atomic: after a match it is not entered again.
      return { steps: effortOf(tree.of).steps, ways: polynomialBound };
    case 'reference':
      return { steps: { factor: 1, degree: 1 }, ways: polynomialBound };
  }
};

/** Returns whether every match starts at the beginning of the text, so that no other position is tried. */
const isAnchored = (tree: RegexTree): boolean => {
  if (tree.is === 'place') return tree.re2 === '\\A';
  if (tree.is === 'choice') return tree.parts.every(isAnchored);
  if (tree.is === 'group') return isAnchored(tree.of);
  return tree.is === 'sequence' && tree.parts[0] !== undefined && isAnchored(tree.parts[0]);
};

/** Removes the repetition at the end: when an engine reaches it, the expression has matched. */
const withoutTail = (tree: RegexTree): RegexTree => {
  if (tree.is === 'choice') return { ...tree, parts: tree.parts.map(withoutTail) };
  if (tree.is === 'group') return { ...tree, of: withoutTail(tree.of) };
  if (tree.is === 'sequence')
    return {
      ...tree,
      parts: tree.parts.map((part, index) => (index === tree.parts.length - 1 ? withoutTail(part) : part)),
    };
  const isPlain = tree.is === 'repeat' && tree.of.is === 'one' && tree.most === Number.POSITIVE_INFINITY;
  return isPlain ? { ...tree, most: tree.least } : tree;
};

/** Returns the maximum steps of a backtracking engine that searches a text. */
export const searchEffort = (tree: RegexTree): PolynomialBound => {
  const { steps } = effortOf(withoutTail(tree));
  return isAnchored(tree) ? steps : times({ factor: 1, degree: 1 }, steps);
};
