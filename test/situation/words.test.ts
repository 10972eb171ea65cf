import { expect, test } from 'vitest';
import { factKinds, kindOf } from '../../src/kinds/registry/registry.ts';
import { kindWords } from '../../src/situation/words.ts';

/** Words of levels that are no states: an alert has that of its source, and partitions that of their group. */
const toldOtherwise: Readonly<Record<string, readonly string[]>> = {
  alerts: ['critical', 'warning', 'info', 'none', 'page', 'p0', 'p1'],
  lag: ['falling-behind', 'lost to retention'],
};

test.each(factKinds().filter((kind) => kindWords[kind] !== undefined))(
  '%s: every state that can be a problem has a verb of its own',
  (kind) => {
    const { words } = kindOf(kind).levels;
    const states = kindWords[kind]?.states ?? {};
    const told = toldOtherwise[kind] ?? [];
    const missing = Object.entries(words)
      .filter(([word, level]) => level !== 'ok' && !Object.hasOwn(states, word) && !told.includes(word))
      .map(([word]) => word);
    expect(missing).toEqual([]);
  },
);
