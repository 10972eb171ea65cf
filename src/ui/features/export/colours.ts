/** xterm's 16 colours, 0 to 15. */
const basic = [
  '#000000',
  '#CD3131',
  '#0DBC79',
  '#E5E510',
  '#2472C8',
  '#BC3FBC',
  '#11A8CD',
  '#E5E5E5',
  '#666666',
  '#F14C4C',
  '#23D18B',
  '#F5F543',
  '#3B8EEA',
  '#D670D6',
  '#29B8DB',
  '#FFFFFF',
] as const;

const hex = (...parts: readonly number[]): string =>
  `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;

const steps = [0, 95, 135, 175, 215, 255] as const;

/** A colour of xterm's 256: 16 basic ones, a cube of 6 × 6 × 6, 24 greys. */
const of256 = (index: number): string => {
  if (index < 16) return basic[index] ?? basic[7];
  if (index >= 232) return hex(...Array.from({ length: 3 }, () => 8 + 10 * (index - 232)));
  const at = index - 16;
  return hex(steps[Math.floor(at / 36)] ?? 0, steps[Math.floor(at / 6) % 6] ?? 0, steps[at % 6] ?? 0);
};

/** The colour that an SGR parameter of a theme stands for ('38;2;r;g;b', '48;5;n', '91'), as '#rrggbb'. */
export const colourOf = (sgr: string): string => {
  const [first = 0, form, ...rest] = sgr.split(';').map(Number);
  if (form === 2) return hex(...rest.slice(0, 3));
  if (form === 5) return of256(rest[0] ?? 7);
  const bright = first >= 90 ? 8 : 0;
  return of256((first % 10) + bright);
};
