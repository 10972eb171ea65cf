import { Resvg } from '@resvg/resvg-js';
import { expect, test } from 'vitest';
import { type FilmFrame, filmSvg } from '../../scripts/pictures/film.ts';

const row = (text: string, y: number): FilmFrame['rows'][number] =>
  text === '' ? [] : [{ x: 0, y, cells: text.length, text, fill: '#ffffff' }];
const frame = (seconds: number, ...texts: readonly string[]): FilmFrame => ({
  seconds,
  rows: texts.map(row),
});
const sheet = { title: 'a film', columns: 20, rows: 2, ground: '#000000' };

const film = filmSvg(sheet, [
  frame(1, 'header', 'first'),
  frame(2, 'header', 'second'),
  frame(1, 'header', ''),
  frame(4, 'header', 'second'),
]);

test('a row that does not change is contained once and always shown', () => {
  expect(film.match(/>header</g)).toHaveLength(1);
  expect(film.indexOf('>header<')).toBeLessThan(film.indexOf('<g class'));
  expect(() => new Resvg(film, { font: { loadSystemFonts: false } })).not.toThrow();
});

test('each other row is shown from its first to its last frame', () => {
  expect([...film.matchAll(/<g class="([^"]+)">/g)].map(([, name]) => name)).toEqual([
    'f w0-1',
    'f w1-2',
    'f w3-4 l',
  ]);
  expect(film).toContain('@keyframes k0-1{0%{visibility:visible}12.5%{visibility:hidden}}');
  expect(film).toContain(
    '@keyframes k1-2{0%{visibility:hidden}12.5%{visibility:visible}37.5%{visibility:hidden}}',
  );
  expect(film).toContain('@keyframes k3-4{0%{visibility:hidden}50%{visibility:visible}}');
  expect(film).toContain('.w3-4{animation:k3-4 8s step-end infinite}');
});

test('without animations, only the last frame is shown', () => {
  expect(film).toContain('.f{visibility:hidden}');
  expect(film).toMatch(/prefers-reduced-motion:reduce\)\{\.f\{animation:none\}\.l\{visibility:visible\}\}/);
});
