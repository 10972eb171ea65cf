import type { Role } from './roles.ts';

export type ColorDepth = 'none' | '16' | '256' | 'truecolor';

/** SGR parameters that a run is drawn with. */
export interface Style {
  readonly fg?: string;
  readonly bg?: string;
  readonly bold?: boolean;
  readonly inverse?: boolean;
}

export interface Theme {
  readonly styles: Readonly<Record<Role, Style>>;
  /** What lies under the row that the cursor is on. */
  readonly selected: Style;
  /** Everything under an open card. */
  readonly dimmed: Style;
}

/** One role's look: the colour on dark and on light terminals, the one of 16, and what is left without colour. */
interface Look {
  readonly dark?: string;
  readonly light?: string;
  readonly ansi?: string;
  readonly backDark?: string;
  readonly backLight?: string;
  readonly backAnsi?: string;
  readonly bold?: boolean;
  readonly mono?: Style;
}

const looks: Readonly<Record<Role, Look>> = {
  plain: {},
  bold: { bold: true },
  title: { bold: true },
  faint: { dark: '#8A919E', light: '#5B6270', ansi: '90' },
  focus: { dark: '#7DCFFF', light: '#0B6FA4', ansi: '36', bold: true },
  key: { dark: '#7DCFFF', light: '#0B6FA4', ansi: '36', mono: { bold: true } },
  ok: { dark: '#4CB782', light: '#1B7F4B', ansi: '32' },
  warn: { dark: '#E5B567', light: '#8A6100', ansi: '33', mono: { bold: true } },
  crit: { dark: '#FF6B6B', light: '#B3261E', ansi: '91', bold: true },
  unknown: { dark: '#B39DDB', light: '#6A4FB3', ansi: '35', mono: { bold: true } },
  stale: { dark: '#8A919E', light: '#5B6270', ansi: '90' },
  loading: { dark: '#7DCFFF', light: '#0B6FA4', ansi: '36' },
  down: { dark: '#FF9E64', light: '#A8480A', ansi: '93' },
  match: { dark: '#7DCFFF', light: '#0B6FA4', ansi: '36', bold: true },
  armed: on('#000000', '#FFD75F', '30', '103'),
  shared: on('#000000', '#7DCFFF', '30', '106'),
  past: on('#000000', '#B39DDB', '97', '45'),
  'env.local': on('#FFFFFF', '#3A3F4B', '97', '100'),
  'env.dev': on('#FFFFFF', '#1F5FBF', '97', '44'),
  'env.staging': on('#FFFFFF', '#8A6100', '30', '43'),
  'env.production': on('#FFFFFF', '#B3261E', '97', '41'),
  'danger.read': {},
  'danger.safe': {},
  'danger.disruptive': { dark: '#E5B567', light: '#8A6100', ansi: '33', bold: true },
  'danger.destructive': { dark: '#FF6B6B', light: '#B3261E', ansi: '91', bold: true },
};

function on(text: string, back: string, ansi: string, backAnsi: string): Look {
  return {
    dark: text,
    light: text,
    ansi,
    backDark: back,
    backLight: back,
    backAnsi,
    bold: true,
    mono: { inverse: true, bold: true },
  };
}

const rgb = (hex: string): readonly [number, number, number] => [
  Number.parseInt(hex.slice(1, 3), 16),
  Number.parseInt(hex.slice(3, 5), 16),
  Number.parseInt(hex.slice(5, 7), 16),
];

/** The nearest of xterm's 6 × 6 × 6 colours (16 to 231) or greys (232 to 255), by distance in RGB. */
export const nearest256 = (hex: string): number => {
  const wanted = rgb(hex);
  const distance = (r: number, g: number, b: number): number =>
    (wanted[0] - r) ** 2 + (wanted[1] - g) ** 2 + (wanted[2] - b) ** 2;
  const steps = [0, 95, 135, 175, 215, 255];
  let [best, bestDistance] = [16, Number.POSITIVE_INFINITY];
  const offer = (code: number, away: number): void => {
    if (away < bestDistance) [best, bestDistance] = [code, away];
  };
  steps.forEach((r, i) => {
    steps.forEach((g, j) => {
      steps.forEach((b, k) => {
        offer(16 + 36 * i + 6 * j + k, distance(r, g, b));
      });
    });
  });
  for (let grey = 0; grey < 24; grey++)
    offer(232 + grey, distance(8 + 10 * grey, 8 + 10 * grey, 8 + 10 * grey));
  return best;
};

const code = (plane: 38 | 48, hex: string, depth: '256' | 'truecolor'): string =>
  depth === 'truecolor' ? `${plane};2;${rgb(hex).join(';')}` : `${plane};5;${nearest256(hex)}`;

const styleOf = (look: Look, depth: ColorDepth, light: boolean): Style => {
  const bold = look.bold === true ? { bold: true } : {};
  if (depth === 'none') return { ...bold, ...look.mono };
  if (depth === '16')
    return {
      ...(look.ansi === undefined ? {} : { fg: look.ansi }),
      ...(look.backAnsi === undefined ? {} : { bg: look.backAnsi }),
      ...bold,
    };
  const front = light ? look.light : look.dark;
  const back = light ? look.backLight : look.backDark;
  return {
    ...(front === undefined ? {} : { fg: code(38, front, depth) }),
    ...(back === undefined ? {} : { bg: code(48, back, depth) }),
    ...bold,
  };
};

/** How every role looks at this depth of colour; `light` for terminals with a light background. */
export const themeOf = (depth: ColorDepth, light = false): Theme => {
  const entries = Object.entries(looks).map(([role, look]) => [role, styleOf(look, depth, light)] as const);
  const deep = depth === '256' || depth === 'truecolor';
  return {
    // The keys are those of `looks`, which has every role.
    styles: Object.fromEntries(entries) as Readonly<Record<Role, Style>>,
    selected: deep ? { bg: code(48, light ? '#DDE3EC' : '#1F2A3A', depth) } : { inverse: true },
    dimmed: styleOf(depth === 'none' ? {} : looks.stale, depth, light),
  };
};
