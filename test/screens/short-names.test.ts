import { beforeAll, describe, expect, test } from 'vitest';
import type { Sample } from '../../src/domain/facts/facts.ts';
import type { SignalSpec } from '../../src/domain/profile/profile.ts';
import { localFiles } from '../../src/platform/files/local-files.ts';
import { findProfiles } from '../../src/profile/catalog/profile-catalog.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { tileGrid, usualTileHeight } from '../../src/ui/features/signals/tiles.ts';
import { comparedName, fitName } from '../../src/ui/kit/text/distinct-name.ts';
import { lineToText, type StyledLine, splitNameWords } from '../../src/ui/kit/text/line.ts';
import { widthOf } from '../../src/ui/kit/text/width.ts';
import { everyNth, sampled } from '../support/layer.ts';
import { feedInfo, frame, learn, noon, sample, spec } from '../support/made-facts.ts';
import { sourceModules } from '../support/source-modules.ts';
import { shopCockpit } from './support/shop.ts';
import { drawn } from './support/sizes.ts';
import type { Scene } from './support/user.ts';

const line = (text: string): StyledLine => [{ text, role: 'plain' }];
const short = (text: string, width: number, others: readonly string[]): string =>
  lineToText(fitName(line(text), width, () => others.map((other) => comparedName(line(other))))).trimEnd();

describe('a name without room', () => {
  const rates = ['Error rate %', 'Error rate (Prometheus) %', 'Error rate by service pay-api %'];

  test('keeps the words that tell it from the others, and is cut between words', () => {
    expect(short('Error rate (Prometheus) %', 24, rates)).toBe('Error…(Prometheus) %');
    expect(short('Error rate (Prometheus) %', 18, rates)).toBe('Error…(Prometheus)');
    expect(short('Error rate by service pay-api %', 24, rates)).toBe('Error…service pay-api %');
    expect(short('Error rate by service pay-api %', 20, rates)).toBe('Error rate…pay-api %');
  });

  test('keeps every word that distinguishes it, also if others are between', () => {
    const times = ['p50', 'p95'].flatMap((share) =>
      ['order-service', 'payment-service'].map(
        (service) => `Response time ${share} by service ${service} ms`,
      ),
    );
    const at = (width: number): readonly string[] => times.map((time) => short(time, width, times));
    expect(at(34)).toEqual([
      'Response time p50…order-service ms',
      'Response time p50…payment-service',
      'Response time p95…order-service ms',
      'Response time p95…payment-service',
    ]);
    expect(at(16)).toEqual(['…p50…order-…ms', '…p50…payment-…ms', '…p95…order-…ms', '…p95…payment-…ms']);
  });

  test('is whole where it fits, and leaves out its unit before a word', () => {
    expect(short('Error rate %', 12, rates)).toBe('Error rate %');
    expect(short('Error rate %', 11, ['Error rate %', 'Error count %'])).toBe('Error rate');
  });

  test('is cut within a word only if that word alone is too wide', () => {
    expect(short('Error rate (Prometheus) %', 12, rates)).toBe('Error…(Prom…');
    expect(short('Aaaaaaaaaaaaaaaaaaaaaaaaaaab', 12, ['Aaaaaaaaaaaaaaaaaaaaaaaaaaac'])).toMatch(/^Aa+…a+b$/);
    expect(short('PspErrorBudgetBurn of billing', 12, ['PspErrorBudgetBurn of orders'])).toBe('…billing');
  });

  test('words in brackets stay together', () => {
    expect(short('Backups past retention (30 d)', 24, ['Backups'])).toBe('Backups…retention (30 d)');
  });

  test('keeps the glyph before it', () => {
    const cell: StyledLine = [
      { text: '✗', role: 'crit' },
      { text: ' ', role: 'plain' },
      { text: 'Error rate by service pay-api', role: 'bold' },
    ];
    const others = ['Error rate by service ship-api', 'Error rate'].map((other) => comparedName(line(other)));
    const [glyph, ...rest] = fitName(cell, 16, () => others);
    expect(glyph).toEqual({ text: '✗', role: 'crit' });
    expect(lineToText(rest)).toBe(' Error…pay-api ');
  });

  test('wide characters are not cut in half', () => {
    const others = ['注文 失敗 率 pay', '注文 失敗 率 ship'];
    for (let width = 6; width < 16; width++)
      expect(
        widthOf(
          lineToText(
            fitName(line('注文 失敗 率 pay'), width, () => others.map((text) => comparedName(line(text)))),
          ),
        ),
      ).toBe(width);
  });
});

const series: Readonly<Record<string, readonly string[]>> = {
  service: ['order-service', 'payment-service', 'inventory-service', 'saga-orchestrator'],
  pod: [
    'saga-orchestrator-7c9f8d6b5-x2k4q',
    'saga-orchestrator-7c9f8d6b5-q8d7z',
    'payment-service-5d8-aa1bb',
  ],
  instance: ['event-bus-service-0:8081', 'event-bus-service-1:8081'],
  name: ['payments', 'inventory'],
  uri: ['/api/v1/orders/{id}', '/api/v1/orders', '/api/v1/trades/{id}/fills'],
  reason: ['INSUFFICIENT_FUNDS', 'TIMEOUT'],
};

/** Series of a signal: one per value of the label by which its query groups. */
const samplesOf = ({ id, read }: SignalSpec): readonly Sample[] => {
  const grouped = /by \(([a-z, ]+)\)/.exec(JSON.stringify(read))?.[1]?.split(', ') ?? [];
  const label = grouped.find((name) => name in series);
  return label === undefined
    ? [sample(id, 7, { at: noon - 1000 })]
    : (series[label] ?? []).map((value) => sample(id, 7, { at: noon - 1000, labels: { [label]: value } }));
};

/** A system whose numeric signals are all above their limits, so that every one has a row. */
const sceneOf = (signals: readonly SignalSpec[]): Scene => {
  const made = signals.map(({ id, title, unit, read }) =>
    spec(id, { title, unit, read, threshold: { warn: { op: '>', value: 1 } } }),
  );
  const store = createFactsStore(frame({ system: 'shop', env: 'production', signals: made }));
  const feed = feedInfo('bus/signals', 'samples', { signals: made.map(({ id }) => id) });
  learn(store, feed, { samples: made.flatMap(samplesOf) }, noon - 1000);
  const open = { ...shopCockpit.open, across: ['production'] } as NonNullable<typeof shopCockpit.open>;
  return { facts: store, cockpit: { ...shopCockpit, open } };
};

const systems = ['saga', 'eventmesh', 'trading', 'event-bus', 'event-processing', 'demo'] as const;
const signalsOf = new Map<string, readonly SignalSpec[]>();

beforeAll(async () => {
  const catalogue = await findProfiles(['profiles'], localFiles);
  const options = {
    files: localFiles,
    modules: sourceModules,
    sets: {},
    processEnv: {},
    now: noon,
    catalogue,
  };
  for (const system of systems) {
    const { draft } = await loadProfile(`profiles/${system}/production.yaml`, options);
    const profile = await draft?.finish({ exec: async () => 'x', simulatorVars: {} });
    signalsOf.set(system, profile?.profile.signals ?? []);
  }
});

const widths = sampled(
  Array.from({ length: 13 }, (_, index) => 80 + 10 * index),
  everyNth(4),
);

/** Fails if a shortened name has a part of a word: its parts are whole words of one of the names. */
const isCutAtWords = (shown: string, names: readonly string[]): boolean =>
  names.some((name) => {
    const words = splitNameWords(name).map((word) => word.trim());
    let from = 0;
    return shown
      .split('…')
      .flatMap((part) => splitNameWords(part.trim()))
      .map((word) => word.trim())
      .filter((word) => word !== '')
      .every((word) => {
        const index = words.indexOf(word, from);
        from = index + 1;
        return index >= 0;
      });
  });

const expectDistinct = (shown: readonly string[], names: readonly string[], width: number): void => {
  expect(new Set(shown).size, `equal names at ${width}: ${shown.toSorted().join('\n')}`).toBe(shown.length);
  const broken = shown.filter((name) => name.includes('…') && !isCutAtWords(name, names));
  expect(broken, `cut within a word at ${width}`).toEqual([]);
};

describe.each(sampled(systems, (system) => system === 'trading'))('%s at every width', (system) => {
  const names = (): readonly string[] =>
    (signalsOf.get(system) ?? []).flatMap((signal) =>
      samplesOf(signal).map(({ labels }) =>
        [
          signal.title,
          ...Object.values(labels),
          ...(/^(B|bytes)?$/.test(signal.unit) ? [] : [signal.unit]),
        ].join(' '),
      ),
    );

  test('Threshold matrix: no two titles are equal, and none is cut within a word', () => {
    const scene = sceneOf(signalsOf.get(system) ?? []);
    for (const width of widths)
      for (const keys of ['2 z', '2']) {
        const rows = drawn(scene, keys, [width, 100]);
        const shown = rows.flatMap(
          (row) => /^.▲ (.+?) +(?:▲ WARN|[\d.,]+(?: \S+)? +[▁-▇·])/u.exec(row)?.[1]?.trim() ?? [],
        );
        expect(shown.length, `rows at ${width}`).toBeGreaterThan(3);
        expectDistinct(shown, names(), width);
      }
  });

  test('below 80 columns, too, the titles of the rows differ', () => {
    const scene = sceneOf(signalsOf.get(system) ?? []);
    for (const width of [40, 60, 70]) {
      const rows = drawn(scene, '2', [width, 100]);
      const shown = rows.flatMap((row) => /^ ▲ WARN (.+?)(?: {2}|…? *$)/.exec(row)?.[1] ?? []);
      expect(shown.length, `rows at ${width}`).toBeGreaterThan(3);
      expect(new Set(shown).size, `at ${width}: ${shown.toSorted().join('\n')}`).toBe(shown.length);
    }
  });

  test('Charts: no two titles are equal, and none is cut within a word', () => {
    const scene = sceneOf(signalsOf.get(system) ?? []);
    for (const width of widths) {
      const rows = drawn(scene, 'P', [width, 40]);
      const top = rows.findIndex((row) => /P Charts/.test(row)) + 1;
      const heads = rows.map((row, index) => ({ row, index })).filter(({ row }) => / ▲ 7\b/.test(row));
      const step = heads.length > 1 ? (heads[1]?.index ?? 0) - (heads[0]?.index ?? 0) : usualTileHeight;
      const count = (heads[0]?.row.match(/ ▲ 7(?: |$)/g) ?? []).length;
      expect(count, `tiles at ${width}`).toBeGreaterThan(0);
      expect(step, `tiles at ${width}, from row ${top}`).toBeGreaterThan(0);
      // The sides of the box take a column each, and the gaps beside them.
      const cells = tileGrid(count, width - 4, step).width;
      const start = Math.max(0, heads[0]?.row.search(/[▸▌] /) ?? 0);
      const shown = heads.flatMap(({ row, index }) =>
        Array.from({ length: (row.match(/ ▲ 7(?: |$)/g) ?? []).length }, (_, column) => {
          const from = start + column * (cells + 2);
          const next = (rows[index + 1] ?? '').slice(from, from + cells);
          const head = row.slice(from, from + cells).replace(/ +▲ 7(?: \S+)? *$/, '');
          return `${head.replace(/^[▸▌] /, '')} ${/[A-Za-z]/.test(next) ? next : ''}`.trim();
        }),
      );
      expectDistinct(shown, names(), width);
    }
  });
});
