import { expect, test } from 'vitest';
import { renderPanelRules, withRules } from '../../../src/ui/kit/components/panel.ts';
import { lineToText, type StyledLine } from '../../../src/ui/kit/text/line.ts';

const text = (lines: readonly StyledLine[]): readonly string[] => lines.map(lineToText);
const glyphs = { ascii: false };

const four = [
  { left: 0, top: 0, right: 4, bottom: 2, focused: false },
  { left: 4, top: 0, right: 8, bottom: 2, focused: true },
  { left: 0, top: 2, right: 8, bottom: 4, focused: false },
];

test('rules of neighbors are shared and joined', () => {
  expect(text(renderPanelRules(glyphs, four, 9, 5))).toEqual([
    '╭───┬───╮',
    '│   │   │',
    '├───┴───┤',
    '│       │',
    '╰───────╯',
  ]);
  expect(text(renderPanelRules({ ascii: true }, four, 9, 5))).toEqual([
    '+---+---+',
    '|   |   |',
    '+---+---+',
    '|       |',
    '+-------+',
  ]);
});

test('the rules around the focused panel have the focus role', () => {
  const [top, middle, , below] = renderPanelRules(glyphs, four, 9, 5);
  expect(top?.map(({ role, text: { length } }) => [role, length])).toEqual([
    ['rule', 4],
    ['focus', 5],
  ]);
  expect(middle?.filter(({ role }) => role === 'focus').map((run) => run.text.trim())).toEqual(['│', '│']);
  expect(below?.every(({ role }) => role === 'rule')).toBe(true);
});

test('while production is armed, rules are double, also in ASCII, and the focused ones have the color of a warning', () => {
  const look = { weight: 'double', focused: 'warn', hasSides: true } as const;
  const lines = renderPanelRules(glyphs, four, 9, 5, look);
  expect(text(lines)).toEqual(['╔═══╦═══╗', '║   ║   ║', '╠═══╩═══╣', '║       ║', '╚═══════╝']);
  expect(lines[0]?.map(({ role }) => role)).toEqual(['rule', 'warn']);
  expect(text(renderPanelRules({ ascii: true }, four, 9, 5, look))).toEqual([
    '+===+===+',
    '|   |   |',
    '+===+===+',
    '|       |',
    '+=======+',
  ]);
});

test('on a small screen only the rules above panels are drawn', () => {
  const look = { weight: 'thin', focused: 'focus', hasSides: false } as const;
  expect(text(renderPanelRules(glyphs, four, 9, 5, look))).toEqual([
    '─────────',
    '         ',
    '─────────',
    '         ',
    '         ',
  ]);
});

test('long blank stretches of a title line become the rule, beside one blank; short ones stay', () => {
  const line: StyledLine = [
    { text: '▌1 Health', role: 'focus' },
    { text: '     CODE    AGE     ', role: 'faint' },
  ];
  expect(lineToText(withRules(line, 'rule', '─'))).toBe('▌1 Health ─── CODE    AGE ────');
});
