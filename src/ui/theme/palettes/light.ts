import {
  black,
  ink,
  type Palette,
  panel,
  readable,
  streamsOnDark,
  streamsOnLight,
  white,
} from './streams.ts';

export const dark: Palette = {
  grounds: ['#000000', '#1E1E1E', '#002B36'],
  contrast: readable,
  inks: {
    faint: ink('#8A919E', '90'),
    focus: ink('#7DCFFF', '36'),
    ok: ink('#4CB782', '32'),
    warn: ink('#E5B567', '33'),
    crit: ink('#FF6B6B', '91'),
    unknown: ink('#B39DDB', '35'),
    loading: ink('#7DCFFF', '36'),
    down: ink('#FF9E64', '93'),
    ...streamsOnDark,
  },
  panels: {
    armed: panel(black, '#FFD75F', '103'),
    shared: panel(black, '#7DCFFF', '106'),
    past: panel({ ...black, ansi: '97' }, '#B39DDB', '45'),
    local: panel(white, '#3A3F4B', '100'),
    dev: panel(white, '#1F5FBF', '44'),
    staging: panel({ ...white, ansi: '30' }, '#8A6100', '43'),
    production: panel(white, '#B3261E', '41'),
  },
  selected: '#1F2A3A',
};

export const light: Palette = {
  grounds: ['#FFFFFF', '#FAFAFA', '#FDF6E3'],
  contrast: readable,
  inks: {
    faint: ink('#5B6270', '90'),
    focus: ink('#0A6696', '34'),
    ok: ink('#17703F', '32'),
    warn: ink('#7A5600', '33'),
    crit: ink('#B3261E', '31'),
    unknown: ink('#6A4FB3', '35'),
    loading: ink('#0A6696', '34'),
    // The bright yellow of 16 colours cannot be read on white.
    down: ink('#A8480A', '31'),
    ...streamsOnLight,
  },
  panels: dark.panels,
  selected: '#DDE3EC',
};
