/** One series of an operand, as far as joining needs to know it. */
export interface Labelled {
  readonly labels: Readonly<Record<string, string>>;
}

/** The operands of one result; an operand is absent where it has no series of these labels. */
export interface Joined<S> {
  readonly labels: Readonly<Record<string, string>>;
  readonly of: ReadonlyMap<string, S>;
}

type Labels = Labelled['labels'];

const entriesOf = (labels: Labels): readonly (readonly [string, string])[] =>
  Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
const idOf = (labels: Labels): string => JSON.stringify(entriesOf(labels));
const namesOf = (labels: Labels): string => JSON.stringify(Object.keys(labels).sort());

/** The labels on which all that have any agree. */
const agreed = (all: readonly Labels[]): Labels => {
  const [first, ...rest] = all.filter((labels) => Object.keys(labels).length > 0);
  if (first === undefined) return {};
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => rest.every((one) => one[name] === value)),
  );
};

/**
 * Joins the series of several operands: those of equal labels with each other, and an operand of one series alone with
 * all. One that is left alone of a set that is told apart by the same labels as the others is no such operand: it is
 * joined by its labels too, and the others lack it. A series that another operand lacks stays, without that operand.
 */
export const joinSeries = <S extends Labelled>(
  operands: ReadonlyMap<string, readonly S[]>,
): readonly Joined<S>[] => {
  const sets = [...operands].filter(([, series]) => series.length > 1);
  const shapes = new Set(sets.flatMap(([, series]) => series.map(({ labels }) => namesOf(labels))));
  shapes.delete(namesOf({}));
  const isAlone = (series: readonly S[]): boolean =>
    series.length === 1 && series[0] !== undefined && !shapes.has(namesOf(series[0].labels));
  const alone = [...operands].flatMap(([name, series]) =>
    isAlone(series) ? series.map((one) => [name, one] as const) : [],
  );
  const told = [...operands].filter(([, series]) => !isAlone(series));
  if (told.length === 0)
    return [{ labels: agreed(alone.map(([, { labels }]) => labels)), of: new Map(alone) }];
  const results = new Map<string, { readonly labels: Labels; readonly of: Map<string, S> }>();
  for (const [name, series] of told)
    for (const one of series) {
      const id = idOf(one.labels);
      const result = results.get(id) ?? { labels: one.labels, of: new Map(alone) };
      result.of.set(name, one);
      results.set(id, result);
    }
  return [...results.values()];
};
