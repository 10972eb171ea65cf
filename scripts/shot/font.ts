import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';

const dirs = [
  '/usr/share/fonts',
  '/usr/local/share/fonts',
  join(homedir(), '.local/share/fonts'),
  join(homedir(), '.fonts'),
  '/System/Library/Fonts',
  '/Library/Fonts',
  join(homedir(), 'Library/Fonts'),
];

/** Font files with their family; DejaVu first, because it has all glyphs that the screens use. */
const known: readonly (readonly [string, string])[] = [
  ['DejaVuSansMono.ttf', 'DejaVu Sans Mono'],
  ['Menlo.ttc', 'Menlo'],
  ['NotoSansMono-Regular.ttf', 'Noto Sans Mono'],
  ['LiberationMono-Regular.ttf', 'Liberation Mono'],
  ['FreeMono.ttf', 'FreeMono'],
];

const filesBelow = (dir: string): readonly string[] => {
  try {
    return readdirSync(dir, { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
};

/** The family of an installed monospace font; undefined if no known one is installed. */
export const monospaceFamily = (): string | undefined => {
  const present = new Set(dirs.flatMap(filesBelow).map((file) => basename(file)));
  return known.find(([file]) => present.has(file))?.[1];
};

/** Error message if no font is found. */
export const noFont = `no monospace font found (${known.map(([, family]) => family).join(', ')}); install one, for example DejaVu Sans Mono (package fonts-dejavu-core)`;
