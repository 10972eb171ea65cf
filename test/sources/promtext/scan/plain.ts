import type { FlatLabels, MetricsPage, PageSeries } from '../../../../src/sources/promtext/scan/page.ts';

/** ['a', '1', 'b', '2'] → { a: '1', b: '2' } */
export const labelsOf = (labels: FlatLabels): Record<string, string> =>
  Object.fromEntries(
    labels.flatMap((name, index): [string, string][] =>
      index % 2 === 0 ? [[name, labels[index + 1] ?? '']] : [],
    ),
  );

/** A series as written in tests: without absent fields. */
export const plain = ({ name, labels, value, stampMs, exemplar }: PageSeries) => ({
  name,
  labels: labelsOf(labels),
  value,
  ...(stampMs === undefined ? {} : { stampMs }),
  ...(exemplar === undefined ? {} : { exemplar: { ...exemplar, labels: labelsOf(exemplar.labels) } }),
});

export const seriesOf = (page: MetricsPage) => page.series.map(plain);
export const flawsOf = (page: MetricsPage) => page.flaws.map(({ line, what }) => `${line}: ${what}`);
