import { ink, type Palette, readable } from '../palette.ts';
import { dark } from './dark.ts';
import { streamsOnLight } from './streams.ts';

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
