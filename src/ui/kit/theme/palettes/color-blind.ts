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

/**
 * Blue, yellow and orange, which remain distinct with red-green color blindness and differ in lightness. Based on Okabe
 * and Ito, Color Universal Design (2008); some are lighter or darker so that text on them is readable.
 */
const panels: ColorPalette['panels'] = {
  armed: panelColor(black, '#F0E442', '103'),
  shared: panelColor(black, '#7CC6F2', '106'),
  past: panelColor({ ...black, ansi: '97' }, '#E6A3C8', '45'),
  local: panelColor({ ...white, ansi: '30' }, '#3A3F4B', '47'),
  dev: panelColor(white, '#0B5394', '44'),
  staging: panelColor({ ...white, ansi: '30' }, '#6B5D00', '43'),
  // Bright where the others are dark, so that production also differs in lightness.
  production: panelColor({ ...black, ansi: '97' }, '#FF9F40', '41'),
};

export const colorBlindDark: ColorPalette = {
  grounds: ['#000000', '#1E1E1E', '#282C34'],
  contrast: minContrast,
  inks: {
    faint: textColor('#949BA8', '90'),
    rule: textColor('#737D8D', '90'),
    focus: textColor('#FFFFFF', '97'),
    ok: textColor('#56B4E9', '96'),
    warn: textColor('#F0E442', '93'),
    crit: textColor('#FF8C42', '91'),
    unknown: textColor('#E6A3C8', '95'),
    loading: textColor('#C9CED6', '37'),
    down: textColor('#FFD1A3', '37'),
    series: textColor('#9DB4D4', '37'),
    spark: textColor('#6481AC', '37'),
    limit: textColor('#C9B458', '33'),
    ...streamColorsOnDark,
  },
  panels,
  selected: { text: '#E6EAF0', ground: '#1F2A3A' },
  tints: {
    crit: '#2C1D12',
    warn: '#26240F',
    ok: '#12212C',
    unknown: '#281B25',
    chip: '#232C3A',
    fill: '#19212D',
    breach: '#2C1D12',
  },
};

export const colorBlindLight: ColorPalette = {
  grounds: ['#FFFFFF', '#FDF6E3'],
  contrast: minContrast,
  inks: {
    faint: textColor('#5B6270', '90'),
    rule: textColor('#767F8E', '90'),
    focus: textColor('#1B1F27', '30'),
    ok: textColor('#005A9C', '30'),
    warn: textColor('#6B5D00', '34'),
    crit: textColor('#A63D00', '31'),
    unknown: textColor('#8A2F6B', '35'),
    loading: textColor('#333A45', '30'),
    down: textColor('#7A3B00', '31'),
    series: textColor('#3F659B', '34'),
    spark: textColor('#5A7CAD', '34'),
    limit: textColor('#6B5D00', '35'),
    ...streamColorsOnLight,
  },
  panels,
  selected: { text: '#1B1F27', ground: '#DDE3EC' },
  tints: {
    crit: '#FBEBDD',
    warn: '#F6F2D8',
    ok: '#E4F0FA',
    unknown: '#F8EAF3',
    chip: '#E3E8F0',
    fill: '#EDF1F7',
    breach: '#FBEBDD',
  },
};
