import { describe, expect, test } from 'vitest';
import { gathered } from './support/gathered.ts';
import { platforms } from './support/platforms.ts';
import { shop } from './support/shop.ts';
import { openCockpit, type Scene } from './support/user.ts';

const scenes: readonly (readonly [string, () => Scene])[] = [
  ['a shop with a broken dependency', shop],
  ['a healthy system', gathered.healthy],
  ['several causes', platforms],
];

const barAt = async (scene: Scene, columns: number, keys = ''): Promise<string> => {
  const user = await openCockpit({ size: [columns, 24], scene });
  if (keys !== '') await user.press(keys);
  return user.rows()[1] ?? '';
};

describe.each(scenes)('%s', (_, scene) => {
  test.each([80, 100, 120, 160, 200])(
    'row 2 at %i columns: level, statement, no cut word without an ellipsis',
    async (columns) => {
      const row = await barAt(scene(), columns);
      expect(row.length).toBeLessThanOrEqual(columns);
      expect(row).toMatch(/^ ▌ [✗▲?●] \S/);
      const whole = (await barAt(scene(), 400)).split(/\s+/);
      const words = row.trim().split(/\s+/);
      // Every word is one of the whole text, a count of the rest, or marked as cut.
      const isWhole = (word: string): boolean => whole.includes(word) || /^(?:more|≥?\d[\dhms]*)$/.test(word);
      expect(words.filter((word) => !isWhole(word) && !word.endsWith('…'))).toEqual([]);
    },
  );
});

test('the statement and the counts stay at 80 columns', async () => {
  expect(await barAt(shop(), 80)).toMatch(
    /^ ▌ ✗ billing is down – .* ✗ 5 CRIT {2}▲ 5 WARN {2}\? 2 UNKNOWN *$/,
  );
});

test('a pane has the same statement beside its counts', async () => {
  expect(await barAt(shop(), 120, '1 z')).toMatch(
    /^ Health {2}7 .* billing is down – answers 503, readiness: psp DOWN/,
  );
});
