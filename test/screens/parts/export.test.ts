import { describe, expect, test } from 'vitest';
import { screenToSvg, sgrToHex } from '../../../src/ui/kit/picture/svg.ts';
import { createTheme } from '../../../src/ui/kit/theme/theme.ts';
import {
  clipboardSequence,
  linesFittingClipboard,
  maxClipboardBytes,
} from '../../../src/ui/shell/output/clipboard.ts';
import { toCsv } from '../../../src/ui/shell/output/table-text.ts';

describe('csvCell', () => {
  test.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['two\r\nlines', '"two\r\nlines"'],
    ['', ''],
    ['-14', '-14'],
    ['+1,204.5', '"+1,204.5"'],
    ['-3 %', '-3 %'],
    ['+61/s', "'+61/s"],
    ['=1+1', "'=1+1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['-cmd|x', "'-cmd|x"],
    ['=HYPERLINK("a","b")', `"'=HYPERLINK(""a"",""b"")"`],
    ['–', '–'],
  ])('%j is written as %j', (text, written) => {
    expect(toCsv({ heads: ['A', 'B'], cells: [[text, 'x']] })).toBe(`A,B\r\n${written},x\r\n`);
  });
});

describe('clipboard sequence', () => {
  const base64 = Buffer.from('注 psp\n').toString('base64');

  test('is one OSC 52 sequence', () => {
    expect(clipboardSequence('注 psp\n', false)).toBe(`\u001b]52;c;${base64}\u001b\\`);
  });

  test('is wrapped for tmux', () => {
    const code = `\u001b]52;c;${base64}\u001b\\`;
    expect(clipboardSequence('注 psp\n', true)).toBe(
      `${code}\u001bPtmux;\u001b\u001b]52;c;${base64}\u001b\u001b\\\u001b\\`,
    );
  });

  test('is limited in bytes, at line boundaries', () => {
    const line = '注'.repeat(1000);
    const lines = Array.from({ length: 100 }, () => line);
    const fitting = linesFittingClipboard(lines);
    expect(fitting).toHaveLength(Math.floor(maxClipboardBytes / 3001));
    expect(linesFittingClipboard(['a', 'b'])).toEqual(['a', 'b']);
  });
});

describe('SVG export', () => {
  test.each([
    ['38;2;255;107;107', '#ff6b6b'],
    ['48;5;16', '#000000'],
    ['38;5;196', '#ff0000'],
    ['38;5;244', '#808080'],
    ['91', '#F14C4C'],
    ['32', '#0DBC79'],
    ['103', '#F5F543'],
    ['41', '#CD3131'],
  ])('color %s is %s', (sgr, color) => {
    expect(sgrToHex(sgr)).toBe(color);
  });

  test('places text by cell, in color, and escapes markup', () => {
    const line = [
      { text: '✗ 注 ', role: 'crit' as const },
      { text: '<b>&"', role: 'plain' as const },
    ];
    const svg = screenToSvg('a <b>', [line], 20, createTheme('truecolor'));
    expect(svg).toContain('<title>a &lt;b&gt;</title>');
    expect(svg).toContain('fill="#ff6b6b" textLength="8.4" lengthAdjust="spacingAndGlyphs">✗<');
    expect(svg).toContain('x="28.8" y="25" fill="#ff6b6b" textLength="16.8"');
    expect(svg).toContain('x="54" y="25"');
    expect(svg).toContain('>&lt;b&gt;&amp;&quot;</text>');
    expect(svg).not.toContain('<b>');
  });
});
