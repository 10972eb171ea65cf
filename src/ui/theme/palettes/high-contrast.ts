import {
  black,
  ink,
  type Palette,
  panel,
  plainlyReadable,
  streamsPlainlyOnDark,
  streamsPlainlyOnLight,
  white,
} from './streams.ts';

const panels: Palette['panels'] = {
  armed: panel(black, '#FFD75F', '103'),
  shared: panel(black, '#9FE0FF', '106'),
  past: panel({ ...black, ansi: '97' }, '#D9C7FF', '45'),
  local: panel(white, '#3A3F4B', '100'),
  dev: panel(white, '#103F8A', '44'),
  staging: panel({ ...white, ansi: '30' }, '#5E3F00', '43'),
  production: panel(white, '#8E0F0A', '41'),
};

export const highContrastDark: Palette = {
  grounds: ['#000000', '#1E1E1E'],
  contrast: plainlyReadable,
  inks: {
    faint: ink('#D0D4DC', '37'),
    focus: ink('#9FE0FF', '96'),
    ok: ink('#6EF0A8', '92'),
    warn: ink('#FFD75F', '93'),
    crit: ink('#FF9C9C', '91'),
    unknown: ink('#D9C7FF', '95'),
    loading: ink('#9FE0FF', '96'),
    down: ink('#FFC08A', '93'),
    ...streamsPlainlyOnDark,
  },
  panels,
  selected: '#10243F',
};

export const highContrastLight: Palette = {
  grounds: ['#FFFFFF', '#FDF6E3'],
  contrast: plainlyReadable,
  inks: {
    faint: ink('#3A3F4B', '30'),
    focus: ink('#00476F', '34'),
    ok: ink('#00491F', '32'),
    warn: ink('#523800', '33'),
    crit: ink('#86000A', '31'),
    unknown: ink('#3F1F8A', '35'),
    loading: ink('#00476F', '34'),
    down: ink('#692B00', '31'),
    ...streamsPlainlyOnLight,
  },
  panels,
  selected: '#D6E4F7',
};
