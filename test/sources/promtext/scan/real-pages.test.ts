import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { familyCounts } from '../../../../src/sources/promtext/page-index.ts';
import type { MetricsPage } from '../../../../src/sources/promtext/scan/page.ts';
import { scanPage } from '../../../../src/sources/promtext/scan/scan.ts';
import { labelsOf, plain } from './plain.ts';

const recorded = (name: string): string => readFileSync(`test/recordings/exposition/${name}`, 'utf8');
const samplesIn = (text: string): number =>
  text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
const types = (page: MetricsPage) =>
  Object.fromEntries(
    [...Map.groupBy(familyCounts(page), ({ type }) => type)].map(([type, families]) => [
      type,
      families.length,
    ]),
  );

/** The number of declarations of each type, counted independently. */
const announced = (text: string) =>
  Object.fromEntries(
    [...Map.groupBy(text.matchAll(/^# TYPE \S+ (\w+)$/gm), ([, type = '']) => type)].map(([type, all]) => [
      type,
      all.length,
    ]),
  );

describe.each(['spring-boot-3.5.txt', 'spring-boot-3.5.openmetrics.txt', 'node-exporter-1.5.txt'])(
  '%s',
  (name) => {
    const text = recorded(name);
    const page = scanPage(text, { openMetrics: name.includes('openmetrics') });

    test('every line is parsed without a flaw', () => {
      expect(page.flaws).toEqual([]);
      expect(page.sampleCount).toBe(samplesIn(text));
      expect(page.series).toHaveLength(page.sampleCount);
    });

    test('every sample belongs to a declared family', () => {
      expect(types(page)).toEqual(announced(text));
      expect(familyCounts(page).filter(({ samples }) => samples === 0)).toEqual([]);
    });
  },
);

test('OpenMetrics and the text format of the same service are equal', () => {
  const seriesTexts = (page: MetricsPage) =>
    new Set(
      page.series.map(({ name, labels }) => JSON.stringify([name, Object.entries(labelsOf(labels)).sort()])),
    );
  const plainText = seriesTexts(scanPage(recorded('spring-boot-3.5.txt')));
  const open = seriesTexts(scanPage(recorded('spring-boot-3.5.openmetrics.txt'), { openMetrics: true }));
  const missing = [...plainText].filter((text) => !open.has(text));
  expect(missing).toEqual([]);
});

test('some of the values', () => {
  const page = scanPage(recorded('spring-boot-3.5.txt'), {
    names: new Set(['hikaricp_connections_max', 'resilience4j_circuitbreaker_state']),
  });
  expect(page.series.map(plain).slice(0, 2)).toEqual([
    { name: 'hikaricp_connections_max', labels: { pool: 'shop-pool' }, value: 5 },
    expect.objectContaining({
      name: 'resilience4j_circuitbreaker_state',
      labels: expect.objectContaining({ name: 'broker', state: 'closed' }),
    }),
  ]);
  const node = scanPage(recorded('node-exporter-1.5.txt'), {
    names: new Set(['node_scrape_collector_duration_seconds']),
  });
  expect(node.series.map(plain)[0]).toEqual({
    name: 'node_scrape_collector_duration_seconds',
    labels: { collector: 'arp' },
    value: 2.8633e-5,
  });
});
