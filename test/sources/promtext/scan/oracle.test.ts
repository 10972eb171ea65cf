import { readFileSync } from 'node:fs';
import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import { expect, test } from 'vitest';
import { familyName } from '../../../../src/sources/promtext/page-index.ts';
import { scanPage } from '../../../../src/sources/promtext/scan/scan.ts';
import { labelsOf } from './plain.ts';

/** The library rejects a HELP without a text. */
const without = (text: string): string => text.replaceAll(/^# HELP \S+ *\n/gm, '');
const number = (text: string): number => Number(text.replace('Inf', 'Infinity'));
const byWords = (a: string, b: string): number => (a < b ? -1 : 1);
const seriesText = (name: string, labels: Readonly<Record<string, string>>, value: number): string =>
  JSON.stringify([name, Object.entries(labels).sort(), String(value)]);

/**
 * parse-prometheus-text-format parses counters, gauges and untyped metrics of the text format correctly (it merges the
 * label sets of histograms and summaries, and loses their sums and counts): only those are compared.
 */
test.each(['node-exporter-1.5.txt', 'spring-boot-3.5.txt'])(
  '%s: matches the library wherever the library is correct',
  (name) => {
    const text = without(readFileSync(`test/recordings/exposition/${name}`, 'utf8'));
    const believed = new Set(['COUNTER', 'GAUGE', 'UNTYPED']);
    const families = parsePrometheusTextFormat(text).filter((family) => believed.has(family.type));
    const theirs = families.flatMap((family) =>
      family.metrics.map(({ labels = {}, value = '' }) => seriesText(family.name, labels, number(value))),
    );
    const page = scanPage(text);
    const names = new Set(families.map((family) => family.name));
    const parsed = page.series
      .filter((series) => names.has(familyName(series.name, page.families)))
      .map((series) => seriesText(series.name, labelsOf(series.labels), series.value));
    expect(theirs.length).toBeGreaterThan(80);
    expect(parsed.sort(byWords)).toEqual(theirs.sort(byWords));
    expect(families.map((family) => [family.name, family.help])).toEqual(
      families.map((family) => [family.name, page.families.get(family.name)?.help ?? '']),
    );
  },
);
