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

/**
 * Blue, yellow and orange, which keep apart where red and green do not; they also differ in lightness. After Okabe and
 * Ito, Color Universal Design (2008), some of them lighter or darker so that text in them can be read.
 */
const panels: Palette['panels'] = {
  armed: panel(black, '#F0E442', '103'),
  shared: panel(black, '#7CC6F2', '106'),
  past: panel({ ...black, ansi: '97' }, '#E6A3C8', '45'),
  local: panel(white, '#3A3F4B', '100'),
  dev: panel(white, '#0B5394', '44'),
  staging: panel({ ...white, ansi: '30' }, '#6B5D00', '43'),
  // Bright where the others are dark: no other environment looks like it, whatever the eye.
  production: panel({ ...black, ansi: '97' }, '#FF9F40', '41'),
};

export const colourBlindDark: Palette = {
  grounds: ['#000000', '#1E1E1E', '#282C34'],
  contrast: readable,
  inks: {
    faint: ink('#949BA8', '90'),
    focus: ink('#FFFFFF', '97'),
    ok: ink('#56B4E9', '94'),
    warn: ink('#F0E442', '93'),
    crit: ink('#FF8C42', '91'),
    unknown: ink('#E6A3C8', '95'),
    loading: ink('#C9CED6', '37'),
    down: ink('#FFD1A3', '37'),
    ...streamsOnDark,
  },
  panels,
  selected: '#1F2A3A',
};

export const colourBlindLight: Palette = {
  grounds: ['#FFFFFF', '#FDF6E3'],
  contrast: readable,
  inks: {
    faint: ink('#5B6270', '90'),
    focus: ink('#1B1F27', '30'),
    ok: ink('#005A9C', '34'),
    warn: ink('#6B5D00', '33'),
    crit: ink('#A63D00', '31'),
    unknown: ink('#8A2F6B', '35'),
    loading: ink('#333A45', '90'),
    down: ink('#7A3B00', '31'),
    ...streamsOnLight,
  },
  panels,
  selected: '#DDE3EC',
};
