import type { Catalogue, Known } from './catalogue.ts';
import { type Selector, sampleNames } from './metric-read.ts';
import { labelOf } from './scan/page.ts';

/** The series that a selector finds: at least one, under the name that is on the page. */
export type Found =
  | { readonly name: string; readonly sampleName: string; readonly series: readonly Known[] }
  | { readonly why: string };

/**
 * The series of the first name that is on the page. A name that is there without a series that fits its labels is the
 * answer too, and that is none: the next name is for pages that do not have the first.
 */
export const select = (
  { names, matches, said }: Selector,
  catalogue: Catalogue,
  quantile: number | undefined,
): Found => {
  for (const name of names)
    for (const sampleName of sampleNames(name, quantile)) {
      const all = seriesOf(sampleName, catalogue, quantile);
      if (all.length === 0) continue;
      const series = all.filter((known) => matches(known.series.labels));
      return series.length > 0
        ? { name, sampleName, series }
        : { why: `${name} has ${all.length} series, but none with ${said}` };
    }
  return { why: absence(names, catalogue, quantile) };
};

/** A summary has a series of its own for each quantile that it knows. */
const seriesOf = (
  sampleName: string,
  catalogue: Catalogue,
  quantile: number | undefined,
): readonly Known[] => {
  const all = catalogue.series(sampleName);
  return quantile === undefined || sampleName.endsWith('_bucket')
    ? all
    : all.filter(({ series }) => {
        const written = labelOf(series.labels, 'quantile');
        return written !== '' && Number(written) === quantile;
      });
};

const absence = (names: readonly string[], catalogue: Catalogue, quantile?: number): string => {
  const told = names.find((name) => catalogue.families.has(name) || catalogue.has(name));
  const type = told === undefined ? undefined : catalogue.families.get(told)?.type;
  if (told !== undefined && quantile !== undefined)
    return type === 'summary'
      ? `the summary ${told} does not tell its quantile ${quantile}`
      : `${told} is ${type ?? 'untyped'} here, without buckets: it has no quantile`;
  if (type === 'histogram')
    return `${told} is a histogram: read ${told}_count or ${told}_sum, or say which quantile`;
  if (told !== undefined) return `${told} is announced, but has no series yet`;
  return names.length === 1
    ? `there is no ${names[0]} on the page`
    : `none of ${names.join(', ')} is on the page`;
};
