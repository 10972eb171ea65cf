import { expect, test } from 'vitest';
import { scanPageInTurns } from '../../../../src/sources/promtext/scan/scan.ts';

const scan = (text: string) => scanPageInTurns(text, { openMetrics: false }, async () => {});

test('a HELP text is kept to a length', async () => {
  const { families, series } = await scan(`# HELP m ${'\\n'.repeat(100_000)}\nm 1\n`);
  expect(families.get('m')?.help).toBe('\n'.repeat(2048));
  expect(series).toMatchObject([{ name: 'm', value: 1 }]);
});

test('a line with a longer label value than any exporter writes is malformed, and the others are read', async () => {
  const page = await scan(`m{a="${'\\n'.repeat(100_000)}"} 1\nm{a="${'x'.repeat(65_536)}"} 2\nm 3\n`);
  expect(page.flaws).toEqual([{ line: 1, what: 'a quoted text is longer than 65536 characters' }]);
  expect(page.series.map(({ value }) => value)).toEqual([2, 3]);
});
