import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Resvg } from '@resvg/resvg-js';
import { themeNames } from '../src/domain/settings.ts';
import { screenToSvg } from '../src/ui/features/export/svg.ts';
import { lineToAnsi } from '../src/ui/text/ansi.ts';
import { createTextPen } from '../src/ui/text/pen.ts';
import { themePalette } from '../src/ui/theme/display-settings.ts';
import { createTheme } from '../src/ui/theme/theme.ts';
import { galleryColumns, galleryLines } from './gallery/components.ts';
import { monospaceFamily, noFont } from './shot/font.ts';

const usage = `npm run gallery -- [options]
Shows every component of the screen: panel, table, sparkline, chart, gauge, badge, dialog, text field, toast.
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
const isTheme = (name: string): name is (typeof names)[number] => names.some((one) => one === name);

/** Writes one picture per theme and background. */
const writePictures = async (dir: string): Promise<void> => {
  await mkdir(dir, { recursive: true });
  const family = monospaceFamily();
  if (family === undefined) throw new Error(noFont);
  for (const name of names)
    for (const light of name === 'dark' ? [false] : name === 'light' ? [true] : [false, true]) {
      const theme = createTheme('truecolor', themePalette(name, light));
      const lines = galleryLines(createTextPen(values.ascii));
      const svg = screenToSvg(`components: ${name}`, lines, galleryColumns, theme, light);
      const font = { loadSystemFonts: true, defaultFontFamily: family, monospaceFamily: family };
      const picture = new Resvg(svg, { font, fitTo: { mode: 'zoom', value: 2 } });
      const file = join(
        dir,
        `gallery-${name}${names.length > 0 && light && name !== 'light' ? '-on-light' : ''}.png`,
      );
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
  const theme = createTheme('truecolor', themePalette(values.theme, values.light));
  for (const line of galleryLines(createTextPen(values.ascii))) console.log(lineToAnsi(line, theme));
}
