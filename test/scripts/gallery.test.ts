import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { galleryLines } from '../../scripts/gallery/components.ts';
import { themeNames } from '../../src/domain/profile/settings.ts';
import { lineToAnsi } from '../../src/ui/kit/text/ansi.ts';
import { lineToText, lineWidth } from '../../src/ui/kit/text/line.ts';
import { createTextPen } from '../../src/ui/kit/text/pen.ts';
import { isAsciiTheme, themeDepth, themePalette } from '../../src/ui/kit/theme/display-settings.ts';
import { createTheme } from '../../src/ui/kit/theme/theme.ts';

const filesIn = (dir: string): readonly string[] =>
  readdirSync(new URL(`../../${dir}`, import.meta.url)).map((name) => `${dir}/${name}`);

const textOf = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

/** Parts that draw nothing themselves: positions, widths, and the leaf that all screens share. */
const undrawn = ['canvas.ts', 'cursor.ts', 'figures.ts', 'rows.tsx', 'window.ts'];

test('every component of the kit has an entry', () => {
  const imports = filesIn('scripts/gallery').map(textOf).join('\n');
  const missing = filesIn('src/ui/kit/components')
    .filter((file) => !undrawn.some((name) => file.endsWith(`/${name}`)))
    .filter((file) => !imports.includes(`${file}'`));
  expect(missing, `add them to scripts/gallery/components.ts: ${missing.join(', ')}`).toEqual([]);
});

describe.each([80, 100, 200])('%i columns', (columns) => {
  test.each([false, true])('no line is wider or broken, ASCII %s', (ascii) => {
    const lines = galleryLines(createTextPen(ascii), columns);
    expect(lines.filter((line) => lineWidth(line) !== columns).map(lineToText)).toEqual([]);
    if (ascii) expect(lines.map(lineToText).filter((text) => /[^\x20-\x7e]/.test(text))).toEqual([]);
    // A box that begins in a row has its right side in the same one.
    const sides = ascii ? /^ *[|].*[^|+\- ] *$/ : /^ *[│║].*[^│║╮╯ ] *$/;
    expect(lines.map(lineToText).filter((text) => sides.test(text))).toEqual([]);
  });

  test.each(themeNames)('the theme %s draws all of it', (name) => {
    const lines = galleryLines(createTextPen(isAsciiTheme(name)), columns);
    for (const light of [false, true]) {
      const theme = createTheme(themeDepth(name, 'truecolor'), themePalette(name, light));
      const drawn = lines.map((line) => lineToAnsi(line, theme, 'plain')).join('\n');
      expect(drawn).toContain('Zoned card');
      expect(drawn).not.toContain('undefined');
    }
  });
});
