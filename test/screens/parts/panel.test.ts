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

test('long blank stretches of a title line become the rule, beside one blank; short ones stay', () => {
  const line: StyledLine = [
    { text: '▌1 Health', role: 'focus' },
    { text: '     CODE    AGE     ', role: 'faint' },
  ];
  expect(lineToText(withRules(glyphs, line, 'rule'))).toBe('▌1 Health ─── CODE    AGE ────');
});
