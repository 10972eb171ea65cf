import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Resvg } from '@resvg/resvg-js';
import { themeNames } from '../src/domain/profile/settings.ts';
import { screenToSvg } from '../src/ui/kit/picture/svg.ts';
import { lineToAnsi } from '../src/ui/kit/text/ansi.ts';
import { createTextPen } from '../src/ui/kit/text/pen.ts';
import { isAsciiTheme, themeDepth, themePalette } from '../src/ui/kit/theme/display-settings.ts';
import { createTheme } from '../src/ui/kit/theme/theme.ts';
import { galleryColumns, galleryLines, selectedIn } from './gallery/components.ts';
import { monospaceFamily, noFont } from './shot/font.ts';

const usage = `npm run gallery -- [options]
Shows every component of the screen: panel, table, row, sparkline, chart, gauge, badge, chain, master and detail, boxes, dialog,
text field, form, cards of zones, section rule, toast.
  --theme NAME   ${themeNames.filter((name) => name !== 'auto').join(', ')}; default dark
  --light        the terminal has a light background
  --ascii        ASCII glyphs only
  --out DIR      writes a picture per theme and background instead`;

const { values } = parseArgs({
  options: {
    theme: { type: 'string', default: 'dark' },
    light: { type: 'boolean', default: false },
    ascii: { type: 'boolean', default: false },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const names = themeNames.filter((name) => name !== 'auto');
const isTheme = (name: string): name is (typeof names)[number] => names.some((text) => text === name);

/** The look of a theme: its colors, at the depth in which it is drawn, and its glyphs. */
const lookOf = (name: (typeof names)[number], light: boolean) => {
  const theme = createTheme(themeDepth(name, 'truecolor'), themePalette(name, light));
  const lines = galleryLines(createTextPen(values.ascii || isAsciiTheme(name)));
  return { theme, lines, selected: selectedIn(lines) };
};

/** The backgrounds of a theme: both if its colors depend on it. */
const backgroundsOf = (name: (typeof names)[number]): readonly boolean[] =>
  themePalette(name, false) === themePalette(name, true) ? [name === 'light'] : [false, true];

/** Writes one picture per theme and background. */
const writePictures = async (dir: string): Promise<void> => {
  await mkdir(dir, { recursive: true });
  const family = monospaceFamily();
  if (family === undefined) throw new Error(noFont);
  for (const name of names)
    for (const light of backgroundsOf(name)) {
      const { theme, lines, selected } = lookOf(name, light);
      const svg = screenToSvg(`components: ${name}`, lines, galleryColumns, theme, selected);
      const font = { loadSystemFonts: true, defaultFontFamily: family, monospaceFamily: family };
      const picture = new Resvg(svg, { font, fitTo: { mode: 'zoom', value: 2 } });
      const file = join(dir, `gallery-${name}${light && name !== 'light' ? '-on-light' : ''}.png`);
      await writeFile(file, picture.render().asPng());
      console.log(`wrote ${file}`);
    }
};

if (values.help) console.log(usage);
else if (values.out !== undefined) await writePictures(values.out);
else if (!isTheme(values.theme)) {
  console.error(`gallery: unknown theme "${values.theme}"; valid: ${names.join(', ')}`);
  process.exitCode = 2;
} else {
  const { theme, lines, selected } = lookOf(values.theme, values.light);
  for (const [index, line] of lines.entries())
    console.log(lineToAnsi(line, theme, index === selected ? 'selected' : 'plain'));
}
