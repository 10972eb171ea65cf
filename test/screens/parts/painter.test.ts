import { Writable } from 'node:stream';
import xterm from '@xterm/headless';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { positionedRowToAnsi, rowToAnsi, type StyledRow, styleLine } from '../../../src/ui/kit/text/ansi.ts';
import { fitLine, type StyledLine } from '../../../src/ui/kit/text/line.ts';
import type { TextRole } from '../../../src/ui/kit/theme/roles.ts';
import { createTheme } from '../../../src/ui/kit/theme/theme.ts';
import { createCellPainter } from '../../../src/ui/shell/terminal/cell-painter.ts';
import { createModesOnlyStdout, createTerminalSurface } from '../../../src/ui/shell/terminal/surface.ts';
import { longTest, rounds } from '../../support/layer.ts';

const columns = 24;
const height = 4;
const theme = createTheme('truecolor');
const roles: readonly TextRole[] = ['plain', 'crit', 'ok', 'faint', 'env.production', 'key'];

const runs = fc.record({
  text: fc.oneof(fc.stringMatching(/^[a-z0-9 ●█·]{0,8}$/), fc.constantFrom('注文', 'é', '支払 7', '👍', ' ')),
  role: fc.constantFrom(...roles),
});
const grounds = fc.constantFrom('plain', 'selected', 'dimmed');
const rowsOf = fc.array(
  fc
    .tuple(fc.array(runs, { maxLength: 5 }), grounds)
    .map(
      ([line, ground]: readonly [StyledLine, 'plain' | 'selected' | 'dimmed']): StyledRow =>
        styleLine(fitLine(line, columns), theme, ground),
    ),
  { minLength: height, maxLength: height },
);

const screenAfter = async (writes: readonly string[]): Promise<readonly string[]> => {
  const screen = new xterm.Terminal({ cols: columns, rows: height, allowProposedApi: true });
  for (const bytes of writes) await new Promise<void>((done) => screen.write(bytes, done));
  const cells: string[] = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < columns; x++) {
      const cell = screen.buffer.active.getLine(y)?.getCell(x);
      cells.push(
        `${y},${x} ${cell?.getChars() || ' '} ${cell?.getFgColor()} ${cell?.getBgColor()} ${cell?.isBold()} ${cell?.isInverse()}`,
      );
    }
  return cells;
};

longTest('incremental painting gives the same screen as painting the last frame alone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(rowsOf, { minLength: 2, maxLength: 5 }), async (frames) => {
      const painter = createCellPainter();
      const last = frames.at(-1) ?? [];
      const afresh = createCellPainter().bytesFor(last);
      expect(await screenAfter(frames.map((rows) => painter.bytesFor(rows)))).toEqual(
        await screenAfter([afresh]),
      );
    }),
    { numRuns: rounds(150) },
  );
});

test('an unchanged frame writes nothing; one changed cell writes few bytes, only there', () => {
  const painter = createCellPainter();
  const frame = (age: string): readonly StyledRow[] =>
    [`billing   ${age}`, 'catalog   4s'].map((text) =>
      styleLine(fitLine([{ text, role: 'plain' }], columns), theme),
    );
  painter.bytesFor(frame('2s'));
  expect(painter.bytesFor(frame('2s'))).toBe('');
  expect(painter.bytesFor(frame('3s'))).toBe('\u001b[?2026h\u001b[?7l\u001b[1;11H3\u001b[?7h\u001b[?2026l');
});

test('text after characters of ambiguous width is positioned by column', () => {
  const row = styleLine(
    fitLine(
      [
        { text: '👩‍👩‍👧', role: 'plain' },
        { text: ' family', role: 'crit' },
      ],
      12,
    ),
    theme,
  );
  expect(positionedRowToAnsi(row)).toContain('👩‍👩‍👧\u001b[3G');
  expect(rowToAnsi(row)).not.toContain('\u001b[3G');
});

const recorded = (): { readonly stdout: NodeJS.WriteStream; readonly written: () => string } => {
  let written = '';
  const out = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      written += String(chunk);
      done();
    },
  });
  return {
    stdout: Object.assign(out, { columns, rows: height, isTTY: true }) as unknown as NodeJS.WriteStream,
    written: () => written,
  };
};

test('passes only mode switches through to the terminal', () => {
  const { stdout, written } = recorded();
  const heard: boolean[] = [];
  const through = createModesOnlyStdout(stdout, { alternate: (on) => heard.push(on) });
  through.write('\u001b[?1049h\u001b[?25l');
  through.write('a stray line\r\n\u001b[31mand a red one\u001b[2J\u001b[?2026h');
  through.write('\u001b[?2004h\u001b[>1u');
  through.write('\u001b[?1049l');
  expect(written()).toBe('\u001b[?1049h\u001b[?25l\u001b[?2004h\u001b[>1u\u001b[?1049l');
  expect(heard).toEqual([true, false]);
});

test('paints nothing while suspended, and everything after resuming', () => {
  const { stdout, written } = recorded();
  const surface = createTerminalSurface(stdout);
  const frame = [styleLine(fitLine([{ text: 'billing', role: 'plain' }], columns), theme)];
  surface.show(frame);
  expect(written()).toBe('');
  surface.stdout.write('\u001b[?1049h');
  expect(written()).toContain('billing');
  surface.stdout.write('\u001b[?1049l');
  const before = written();
  surface.show([styleLine(fitLine([{ text: 'catalog', role: 'plain' }], columns), theme)]);
  expect(written()).toBe(before);
});

test('a slow terminal gets the newest frame when it is ready, and skips those in between', async () => {
  const waiting: (() => void)[] = [];
  const chunks: string[] = [];
  const out = new Writable({
    decodeStrings: false,
    highWaterMark: 1,
    write: (chunk, _encoding, done) => {
      chunks.push(String(chunk));
      waiting.push(done);
    },
  });
  const stdout = Object.assign(out, { columns, rows: 1, isTTY: true }) as unknown as NodeJS.WriteStream;
  const surface = createTerminalSurface(stdout);
  const show = (text: string): void =>
    surface.show([styleLine(fitLine([{ text, role: 'plain' }], columns), theme)]);
  surface.stdout.write('\u001b[?1049h');
  for (const text of ['first', 'second', 'third', 'fourth']) show(text);
  for (let round = 0; round < 6; round++) {
    waiting.shift()?.();
    await new Promise(setImmediate);
  }
  expect(chunks.join('')).toContain('fourth');
  expect(chunks.join('')).not.toContain('second');
});
