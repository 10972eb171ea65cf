import { black, ink, type Palette, panel, readable, white } from '../palette.ts';
import { streamsOnDark } from './streams.ts';

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
