import { defined } from '../../../domain/base/defined.ts';
import { sgrToHex } from '../../kit/picture/svg.ts';
import { nearest256, type Rgb, rgbOf } from '../../kit/theme/contrast.ts';
import type { ColorDepth, SgrStyle } from '../../kit/theme/theme.ts';

/** The text colors of the 16, by their SGR code. Source: ECMA-48, and aixterm for the bright ones. */
const basicCodes = [30, 31, 32, 33, 34, 35, 36, 37, 90, 91, 92, 93, 94, 95, 96, 97] as const;

const distance = (a: Rgb, b: Rgb): number =>
  a.reduce((sum, part, index) => sum + (part - (b[index] ?? 0)) ** 2, 0);

const nearest16 = (hex: string): number => {
  const wantedRgb = rgbOf(hex);
  const [first = 37] = basicCodes.toSorted(
    (a, b) =>
      distance(rgbOf(sgrToHex(String(a))), wantedRgb) - distance(rgbOf(sgrToHex(String(b))), wantedRgb),
  );
  return first;
};

const colorIn = (code: string, depth: ColorDepth, plane: 38 | 48): string | undefined => {
  if (depth === 'none') return undefined;
  const form = code.split(';')[1];
  if (form === undefined || depth === 'truecolor' || (form === '5' && depth === '256')) return code;
  const hex = sgrToHex(code);
  if (depth === '256') return `${plane};5;${nearest256(hex)}`;
  return String(nearest16(hex) + (plane === 48 ? 10 : 0));
};

/**
 * Creates a function that fits styles of a recording to the colors of this terminal. Without colors, a background becomes
 * inverse. The same style gives the same object, so that frames can be compared by identity.
 */
export const createStyleAdapter = (depth: ColorDepth): ((style: SgrStyle) => SgrStyle) => {
  const known = new WeakMap<SgrStyle, SgrStyle>();
  const adapted = ({ fg, bg, bold, inverse }: SgrStyle): SgrStyle => {
    const text = fg === undefined ? undefined : colorIn(fg, depth, 38);
    const ground = bg === undefined ? undefined : colorIn(bg, depth, 48);
    const isInverse = inverse === true || (bg !== undefined && ground === undefined);
    return {
      ...defined({ fg: text, bg: ground }),
      ...(bold === true ? { bold } : {}),
      ...(isInverse ? { inverse: true } : {}),
    };
  };
  return (style) => {
    const had = known.get(style);
    if (had !== undefined) return had;
    const made = adapted(style);
    known.set(style, made);
    return made;
  };
};
