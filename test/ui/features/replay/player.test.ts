import { expect, test } from 'vitest';
import { createStyleAdapter } from '../../../../src/ui/features/replay/adapt-style.ts';
import {
  advancePlayer,
  initialPlayer,
  type PlayerState,
  playerKeys,
  pressPlayerKey,
} from '../../../../src/ui/features/replay/player.ts';
import { playerRows } from '../../../../src/ui/features/replay/player-screen.ts';
import { parsePosition } from '../../../../src/ui/features/replay/position.ts';
import type { StyledRow } from '../../../../src/ui/kit/text/ansi.ts';
import { createTextPen } from '../../../../src/ui/kit/text/pen.ts';
import { createTheme } from '../../../../src/ui/kit/theme/theme.ts';
import { createPlayback } from '../../../../src/ui/shell/recording/playback.ts';
import { parseRecording, type Recording } from '../../../../src/ui/shell/recording/recording.ts';
import { frameOf, openMark, recorded, startTime } from '../../recording/sample.ts';

const minutes = (count: number): number => count * 60_000;

/** Ten minutes with changes at 2 and 5 minutes. */
const sample = async (): Promise<Recording> =>
  parseRecording(
    (
      await recorded(
        [
          [0, frameOf(60, 'begin', 'second row')],
          [minutes(2), openMark],
          [minutes(2), frameOf(60, 'open', 'second row')],
          [minutes(5), { ...openMark, level: 'ok', change: 'OPEN → CLOSED' }],
          [minutes(5), frameOf(60, 'closed', 'second row')],
        ],
        { endAt: minutes(10) },
      )
    ).join(''),
  );

const press = (recording: Recording, state: PlayerState, ...keys: readonly string[]): PlayerState =>
  keys.reduce((now, key) => {
    const next = pressPlayerKey(now, recording, key);
    if (next === 'quit') throw new Error(`${key} has quit`);
    return next;
  }, state);

test('keys move by steps, minutes and tenths, and stay within the recording', async () => {
  const recording = await sample();
  const at = (...keys: readonly string[]): number => press(recording, initialPlayer(false), ...keys).at;
  expect(recording.durationMs).toBe(minutes(10));
  expect(at('right', 'right')).toBe(20_000);
  expect(at(']', ']', 'left')).toBe(minutes(2) - 10_000);
  expect(at('left')).toBe(0);
  expect(at('5')).toBe(minutes(5));
  expect(at('9', ']', ']')).toBe(minutes(10));
  expect(at('9', '[')).toBe(minutes(8));
});

test('n and N go to shortly before each change', async () => {
  const recording = await sample();
  const at = (...keys: readonly string[]): number => press(recording, initialPlayer(false), ...keys).at;
  expect(at('n')).toBe(minutes(2) - 1000);
  expect(at('n', 'n')).toBe(minutes(5) - 1000);
  expect(at('n', 'n', 'n')).toBe(minutes(5) - 1000);
  expect(at('n', 'n', 'N')).toBe(minutes(2) - 1000);
  expect(at('9', 'N')).toBe(minutes(5) - 1000);
});

test('speed changes between a half and sixteen', async () => {
  const recording = await sample();
  const speed = (...keys: readonly string[]): number => press(recording, initialPlayer(false), ...keys).speed;
  expect(speed('+', '+')).toBe(4);
  expect(speed('-', '-', '-')).toBe(0.5);
  expect(speed('+', '+', '+', '+', '+', '+')).toBe(16);
  const fast = press(recording, initialPlayer(false), '+', '+');
  expect(advancePlayer(fast, recording, 1000).at).toBe(4000);
});

test('space pauses; at the end it begins again', async () => {
  const recording = await sample();
  const paused = press(recording, initialPlayer(false), 'space');
  expect(advancePlayer(paused, recording, 5000).at).toBe(0);
  expect(advancePlayer(press(recording, paused, 'space'), recording, 5000).at).toBe(5000);
  const over = advancePlayer(initialPlayer(false), recording, minutes(60));
  expect(over.at).toBe(minutes(10));
  expect(press(recording, over, 'space').at).toBe(0);
});

test('a followed cockpit is live until someone moves, and again at the newest frame', async () => {
  const recording = await sample();
  const live = advancePlayer(initialPlayer(true), recording, 50, true);
  expect(live).toMatchObject({ at: minutes(10), isLive: true });
  const back = press(recording, live, '[');
  expect(back).toMatchObject({ at: minutes(9), isLive: false });
  expect(advancePlayer(back, recording, 1000, true)).toMatchObject({ at: minutes(9) + 1000, isLive: false });
  expect(advancePlayer(back, recording, minutes(2), true).isLive).toBe(true);
  expect(pressPlayerKey(back, recording, '.', true)).toMatchObject({ isLive: true });
  // Without a followed cockpit there is nothing live.
  expect(pressPlayerKey(back, recording, '.')).toBe(back);
});

test('t goes to a time, and explains what it cannot read', async () => {
  const recording = await sample();
  const typed = press(recording, initialPlayer(false), 't', ...'14:03', 'enter');
  expect(typed).toMatchObject({ at: minutes(3), typed: undefined });
  expect(press(recording, typed, 't', ...'soon', 'enter').problem).toContain('not a time');
  expect(press(recording, typed, 't', ...'20m', 'enter').problem).toBe(
    'this time is after the end of the recording',
  );
  expect(press(recording, typed, 't', 'q', 'esc')).toMatchObject({ at: minutes(3), typed: undefined });
});

test('q and ctrl-c quit, and no other key does', async () => {
  const recording = await sample();
  const state = initialPlayer(false);
  for (const key of ['q', 'ctrl-c']) expect(pressPlayerKey(state, recording, key)).toBe('quit');
  for (const { keys } of playerKeys)
    for (const key of keys) expect(pressPlayerKey(state, recording, key)).not.toBe('quit');
});

test.each([
  ['12m30s', 750_000],
  ['0', 0],
  ['14:00', 0],
  ['14:05:30', 330_000],
  ['13:59', 86_340_000],
  ['25:00', undefined],
  ['5', undefined],
])('the position %s', (text, expected) => {
  expect(parsePosition(text, { startedAt: startTime })).toBe(expected);
});

const textsOf = (rows: readonly StyledRow[]): readonly string[] =>
  rows.map((row) =>
    row
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );

const drawn = async (
  state: Partial<PlayerState>,
  [columns, rows]: readonly [number, number],
  notice?: string,
): Promise<readonly string[]> => {
  const recording = await sample();
  const time = state.at ?? 0;
  return textsOf(
    playerRows({
      state: { ...initialPlayer(false), ...state },
      recording,
      frame: createPlayback(recording.frames).frameAt(time),
      columns,
      rows,
      pen: createTextPen(false),
      theme: createTheme('none'),
      adapt: createStyleAdapter('none'),
      title: 'call.rec',
      canBeLive: false,
      isStale: false,
      notice,
    }),
  );
};

test('the status line has time, position, speed, and the next change', async () => {
  const rows = await drawn({ at: minutes(1), speed: 4 }, [140, 6]);
  expect(rows[0]).toBe('begin');
  expect(rows).toHaveLength(6);
  expect(rows.at(-1)).toMatch(
    /^ PLAY {2}14:01:00 UTC {2}1:00 \/ 10:00 {2}4× {2}━●─+ +next in 1m: breaker billing-0 · psp CLOSED → OPEN +\? help q quit$/,
  );
});

test('a smaller terminal shows what fits, and says what is cut', async () => {
  const rows = await drawn({}, [50, 2]);
  expect(rows[0]).toBe('begin');
  expect(rows.at(-1)).toMatch(/^ PLAY {2}14:00:00 UTC {2}0:00 \/ 10:00/);
  const [, status] = await drawn({}, [59, 2]);
  expect(status).not.toContain('undefined');
  const wide = await drawn({}, [58, 2]);
  expect(wide.join('\n')).not.toContain('second row');
  const cut = await drawn({ at: minutes(1) }, [120, 2]);
  expect(cut.at(-1)).toContain('1 row cut');
});

test('the end of an interrupted recording says so', async () => {
  const rows = await drawn(
    { at: minutes(10) },
    [120, 4],
    'the recording was interrupted: the end is missing',
  );
  expect(rows.at(-1)).toContain('END');
  expect(rows.at(-1)).toContain('the recording was interrupted: the end is missing');
});

test('the help lists every key', async () => {
  const rows = await drawn({ isHelpOpen: true }, [80, 30]);
  const text = rows.join('\n');
  for (const { label, live } of playerKeys) if (live !== true) expect(text).toContain(label);
  expect(text).toContain('shop/production');
});

test('colors of a recording become those of the terminal', () => {
  const style = { fg: '38;2;255;0;0', bg: '48;2;0;0;0', bold: true };
  expect(createStyleAdapter('truecolor')(style)).toEqual(style);
  expect(createStyleAdapter('256')(style)).toEqual({ fg: '38;5;196', bg: '48;5;16', bold: true });
  expect(createStyleAdapter('none')(style)).toEqual({ bold: true, inverse: true });
  expect(createStyleAdapter('16')(style)).toEqual({
    fg: expect.stringMatching(/^(?:31|91)$/),
    bg: '40',
    bold: true,
  });
});

test('the whole screen of the player is as recorded: its frame, the status line, and the help over it', async () => {
  const plain = await drawn({ at: minutes(2), isPlaying: false }, [80, 8]);
  const help = await drawn({ at: minutes(2), isPlaying: false, isHelpOpen: true }, [80, 24]);
  const seen = `${[...plain, '='.repeat(80), ...help].join('\n')}\n`;
  await expect(seen).toMatchFileSnapshot('player.txt');
});
