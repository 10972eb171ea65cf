import {
  black,
  type ColorPalette,
  highContrast,
  highContrastStreamColorsOnDark,
  highContrastStreamColorsOnLight,
  panelColor,
  textColor,
  white,
} from './palette.ts';

const panels: ColorPalette['panels'] = {
  armed: panelColor(black, '#FFD75F', '103'),
  shared: panelColor(black, '#9FE0FF', '106'),
  past: panelColor({ ...black, ansi: '97' }, '#D9C7FF', '45'),
  local: panelColor({ ...white, ansi: '30' }, '#3A3F4B', '47'),
  dev: panelColor(white, '#103F8A', '44'),
  staging: panelColor({ ...white, ansi: '30' }, '#5E3F00', '43'),
  production: panelColor(white, '#8E0F0A', '41'),
};

export const highContrastDark: ColorPalette = {
  grounds: ['#000000', '#1E1E1E'],
  contrast: highContrast,
  inks: {
    faint: textColor('#D0D4DC', '37'),
    rule: textColor('#9AA2AF', '37'),
    focus: textColor('#9FE0FF', '96'),
    ok: textColor('#6EF0A8', '92'),
    warn: textColor('#FFD75F', '93'),
    crit: textColor('#FF9C9C', '91'),
    unknown: textColor('#D9C7FF', '95'),
    loading: textColor('#9FE0FF', '96'),
    down: textColor('#FFC08A', '93'),
    series: textColor('#C3D6F2', '37'),
    spark: textColor('#9DB4D4', '37'),
    limit: textColor('#E8CC86', '93'),
    ...highContrastStreamColorsOnDark,
  },
  panels,
  selected: { text: '#FFFFFF', ground: '#10243F' },
};

export const highContrastLight: ColorPalette = {
  grounds: ['#FFFFFF', '#FDF6E3'],
  contrast: highContrast,
  inks: {
    faint: textColor('#3A3F4B', '30'),
    rule: textColor('#5B6270', '90'),
    focus: textColor('#00476F', '34'),
    ok: textColor('#00491F', '30'),
    warn: textColor('#523800', '35'),
    crit: textColor('#86000A', '31'),
    unknown: textColor('#3F1F8A', '94'),
    loading: textColor('#00476F', '34'),
    down: textColor('#692B00', '31'),
    series: textColor('#1F3F70', '34'),
    spark: textColor('#3F659B', '34'),
    limit: textColor('#523800', '35'),
    ...highContrastStreamColorsOnLight,
  },
  panels,
  selected: { text: '#000000', ground: '#D6E4F7' },
};
