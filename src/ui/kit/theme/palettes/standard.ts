import {
  black,
  type ColorPalette,
  minContrast,
  panelColor,
  streamColorsOnDark,
  streamColorsOnLight,
  textColor,
  white,
} from './palette.ts';

export const darkPalette: ColorPalette = {
  grounds: ['#000000', '#1E1E1E', '#002B36'],
  contrast: minContrast,
  inks: {
    faint: textColor('#8A919E', '90'),
    rule: textColor('#737D8D', '90'),
    focus: textColor('#7DCFFF', '36'),
    ok: textColor('#4CB782', '32'),
    warn: textColor('#E5B567', '33'),
    crit: textColor('#FF6B6B', '91'),
    unknown: textColor('#B39DDB', '95'),
    loading: textColor('#7DCFFF', '36'),
    down: textColor('#FF9E64', '93'),
    series: textColor('#8FA8CC', '37'),
    spark: textColor('#6481AC', '37'),
    limit: textColor('#B39556', '33'),
    ...streamColorsOnDark,
  },
  panels: {
    armed: panelColor(black, '#FFD75F', '103'),
    shared: panelColor(black, '#7DCFFF', '106'),
    past: panelColor({ ...black, ansi: '97' }, '#B39DDB', '45'),
    local: panelColor({ ...white, ansi: '30' }, '#3A3F4B', '47'),
    dev: panelColor(white, '#1F5FBF', '44'),
    staging: panelColor({ ...white, ansi: '30' }, '#8A6100', '43'),
    production: panelColor(white, '#B3261E', '41'),
  },
  selected: { text: '#E6EAF0', ground: '#1F2A3A' },
};

export const lightPalette: ColorPalette = {
  grounds: ['#FFFFFF', '#FAFAFA', '#FDF6E3'],
  contrast: minContrast,
  inks: {
    faint: textColor('#5B6270', '90'),
    rule: textColor('#767F8E', '90'),
    focus: textColor('#0A6696', '34'),
    ok: textColor('#17703F', '30'),
    warn: textColor('#7A5600', '35'),
    crit: textColor('#B3261E', '31'),
    unknown: textColor('#6A4FB3', '94'),
    loading: textColor('#0A6696', '34'),
    // The bright yellow of the 16 ANSI colors is unreadable on white.
    down: textColor('#A8480A', '31'),
    series: textColor('#3F659B', '34'),
    spark: textColor('#5A7CAD', '34'),
    limit: textColor('#7B5C14', '35'),
    ...streamColorsOnLight,
  },
  panels: darkPalette.panels,
  selected: { text: '#1B1F27', ground: '#DDE3EC' },
};
