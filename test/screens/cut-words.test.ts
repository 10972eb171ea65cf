import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FactsStore } from '../../src/store/facts-store.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { rounds } from '../support/layer.ts';
import {
  breaker,
  feedInfo,
  frame,
  health,
  lag,
  learn,
  noon,
  pool,
  sample,
  spec,
} from '../support/made-facts.ts';
import { openBare } from './support/headless.ts';
import { shopCockpit } from './support/shop.ts';

/**
 * Words of random systems at every usual width: each begins with Ω and ends with Ψ, so that one without its begin or end was cut. A cut
 * has a mark, whatever pane it is in, and the counts of a title never touch its name.
 */

/** 'ΩλλΨ': a letter at each end that no text of the product has. */
const word = fc.integer({ min: 1, max: 9 }).map((cells) => `Ω${'λ'.repeat(cells)}Ψ`);
const name = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join('-'));
const sentence = fc.array(word, { minLength: 1, maxLength: 9 }).map((words) => words.join(' '));

interface RandomSystem {
  readonly services: readonly { readonly name: string; readonly text: string; readonly isDown: boolean }[];
  readonly signals: readonly { readonly name: string; readonly value: number }[];
  readonly others: readonly string[];
}

const system: fc.Arbitrary<RandomSystem> = fc.record({
  services: fc.uniqueArray(fc.record({ name, text: sentence, isDown: fc.boolean() }), {
    minLength: 1,
    maxLength: 9,
    selector: (service) => service.name,
  }),
  signals: fc.uniqueArray(fc.record({ name: sentence, value: fc.nat({ max: 99_999 }) }), {
    minLength: 1,
    maxLength: 9,
    selector: (signal) => signal.name,
  }),
  others: fc.uniqueArray(name, { minLength: 1, maxLength: 5 }),
});

const factsOf = ({ services, signals, others }: RandomSystem): FactsStore => {
  const specs = signals.map((signal, index) =>
    spec(`s${index}`, {
      title: signal.name,
      source: 'prom',
      threshold: { crit: { op: '>=', value: 50_000 }, warn: { op: '>=', value: 9000 } },
    }),
  );
  const store = createFactsStore(
    frame({
      system: 'shop',
      env: 'production',
      signals: specs,
      sources: { prom: { type: 'prometheus' }, bus: { type: 'actuator', kinds: ['breakers'] } },
    }),
  );
  const items = <T>(id: string, kind: Parameters<typeof feedInfo>[1], given: readonly T[]): void =>
    learn(store, feedInfo(id, kind), { items: given as never }, noon);
  items(
    'web/health',
    'health',
    services.map((service) =>
      health(service.name, { detail: service.text, status: service.isDown ? 'down' : 'up', at: noon }),
    ),
  );
  items(
    'bus/breakers',
    'breakers',
    others.map((instance, index) =>
      breaker('psp', { instance, state: index % 2 === 0 ? 'open' : 'closed', at: noon }),
    ),
  );
  items(
    'pg/pools',
    'pools',
    others.map((pooled) => pool(pooled, { at: noon })),
  );
  items(
    'kafka/lag',
    'lag',
    others.map((group) => lag(group, { lag: 12, at: noon })),
  );
  for (const [index, { value }] of signals.entries())
    learn(
      store,
      feedInfo(`prom/s${index}`, 'samples', { signals: [`s${index}`] }),
      { samples: [sample(`s${index}`, value)] },
      noon,
    );
  return store;
};

const sizes = [
  [80, 24],
  [100, 30],
  [120, 36],
  [160, 45],
  [200, 60],
] as const;

/** Keys from the overview to a place, and back. */
const places = [
  [],
  ['W'],
  ['1', 'z'],
  ['2', 'z'],
  ['3', 'z'],
  ['4', 'z'],
  ['5', 'z'],
  ['1', 'z', 'enter'],
] as const;

/** The pieces of made words, with the mark of a cut. */
const pieces = /[Ωλ…Ψ]*[ΩλΨ][Ωλ…Ψ]*/gu;

const isWhole = (piece: string): boolean => /^(?:Ω|…)/u.test(piece) && /(?:Ψ|…)$/u.test(piece);

/** The counts of a title that touch the text before them. */
const touching = (row: string): readonly string[] =>
  row.split(/(?<=[╮╗])(?=[╭╔])/u).filter((part) => {
    if (!/^[╭╔─═]/u.test(part)) return false;
    const at = /[✗▲?●○] \d/u.exec(part)?.index ?? -1;
    return at > 0 && !/(?: {2}|[─═] )$/u.test(part.slice(0, at));
  });

test('a random system has no word that is cut without a mark, and no title that its counts touch', () => {
  fc.assert(
    fc.property(system, fc.constantFrom(...sizes), (made, [columns, rows]) => {
      const bare = openBare({
        facts: factsOf(made),
        cockpit: { ...shopCockpit, suggestions: [], messages: [] },
      });
      bare.size.columns = columns;
      bare.size.rows = rows;
      for (const keys of places) {
        bare.strokes(...keys);
        const screen = bare.frame().map((row) => row.map(({ text }) => text).join(''));
        if (keys.length === 0) expect(screen.join(''), 'made words are drawn').toMatch(pieces);
        const where = `${columns}×${rows} ${keys.join(' ')}`;
        const cut = screen.filter((row) => [...row.matchAll(pieces)].some(([piece]) => !isWhole(piece)));
        expect(cut, where).toEqual([]);
        expect(screen.flatMap(touching), where).toEqual([]);
        bare.strokes('esc', 'esc', '0');
      }
    }),
    { numRuns: rounds(60, 0.1) },
  );
});
