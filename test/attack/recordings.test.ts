import fc from 'fast-check';
import { expect } from 'vitest';
import { readFollowed } from '../../src/cli/follow/followed-recording.ts';
import { asciicastLines } from '../../src/cli/replay/asciicast.ts';
import { packLines, unpackLines } from '../../src/persistence/team/screen-lines.ts';
import { createStyleAdapter } from '../../src/ui/features/replay/adapt-style.ts';
import {
  advancePlayer,
  initialPlayer,
  playerKeys,
  pressPlayerKey,
} from '../../src/ui/features/replay/player.ts';
import { playerRows } from '../../src/ui/features/replay/player-screen.ts';
import { createTextPen } from '../../src/ui/kit/text/pen.ts';
import { createTheme } from '../../src/ui/kit/theme/theme.ts';
import { htmlPage } from '../../src/ui/shell/recording/export/html-page.ts';
import { createPlayback } from '../../src/ui/shell/recording/playback.ts';
import type { Recording } from '../../src/ui/shell/recording/recording.ts';
import { parseRecording } from '../../src/ui/shell/recording/recording.ts';
import { RecordingError } from '../../src/ui/shell/recording/recording-error.ts';
import { frameOf, openMark, recorded, redStyle } from '../ui/recording/sample.ts';
import { factor, family } from './support/attack.ts';
import { type FieldPath, fieldPaths, hostileValue, type Json, withField } from './support/forged-fields.ts';

const [columns, rows] = [60, 12];

/** A line of each kind: header, whole frame, change with a new style, mark, frame of another size, end. */
const original = (
  await recorded(
    [
      [0, frameOf(columns, 'begin', 'second row')],
      [
        1000,
        { ...frameOf(columns, 'begin'), rows: [[{ text: 'red'.padEnd(columns), style: redStyle }], []] },
      ],
      [2000, openMark],
      [2001, frameOf(columns, 'open', 'second row')],
      [5000, frameOf(columns + 4, 'wide', 'two', '日本')],
    ],
    { endAt: 600_000 },
  )
).map((line): Json => JSON.parse(line));

const fields = original.flatMap((line, index) =>
  fieldPaths(line).map((path): readonly [index: number, path: FieldPath] => [index, path]),
);

/** The lines of a recording with one field forged. */
const forgedLines = (nth: number, value: Json | undefined): readonly string[] => {
  const [forged, path] = fields[nth % fields.length] ?? [0, []];
  return original.map((line, index) =>
    JSON.stringify(index === forged ? withField(line, path, value) : line),
  );
};

/** Sequences of an asciicast: colors, the position of the cursor, and a blank screen. */
const ownSequences = /\u001b\[(?:[\d;]*[mGHCKX]|2J|\?\d+[hl])/g;
const clean = /^[^\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]*$/u;

/** Plays a recording with every key for ten minutes; nothing that it draws controls the terminal. */
const play = (recording: Recording): void => {
  const { frames } = recording;
  const playback = createPlayback(frames);
  const look = { pen: createTextPen(false), theme: createTheme('truecolor'), columns, rows };
  const adapt = createStyleAdapter('truecolor');
  let state = initialPlayer(false);
  for (const { keys } of playerKeys)
    for (const key of keys) {
      const next = pressPlayerKey(advancePlayer(state, recording, 20_000), recording, key);
      if (next !== 'quit') state = next;
      const drawn = playerRows({
        ...{ state, recording, frame: playback.frameAt(state.at), ...look, adapt },
        ...{ title: 'a', canBeLive: false, isStale: false },
      });
      expect(drawn).toHaveLength(rows);
      for (const { text, style } of drawn.flat()) {
        expect(text).toMatch(clean);
        expect(`${style.fg ?? ''};${style.bg ?? ''}`).toMatch(/^[\d;]*$/);
      }
    }
};

/** Reads the lines of a recording; undefined where they are none. */
type ReadLines = (lines: readonly string[]) => Recording | undefined;

const asFile: ReadLines = (lines) => {
  try {
    return parseRecording(lines.map((line) => `${line}\n`).join(''));
  } catch (error) {
    expect(error).toBeInstanceOf(RecordingError);
    expect(String(error)).toMatch(clean);
    return undefined;
  }
};

/** Reads them as they come from a cockpit that is followed, through the rows of a state database. */
const asFollower: ReadLines = (lines) => {
  let take: (line: string) => void = () => {};
  const followed = readFollowed(
    {
      onLine: (listener) => {
        take = listener;
      },
      onClose: () => {},
      close: async () => {},
    },
    'ben',
  );
  for (const line of lines)
    for (const unpacked of unpackLines(packLines([`${line}\n`]))) {
      take(unpacked);
      const seen = followed.now();
      if (seen !== undefined) play(seen);
      expect(followed.ended() ?? '').toMatch(clean);
    }
  return followed.now();
};

/** A reader that believes the lines. */
const believes: ReadLines = (lines) => {
  const [header, ...records] = lines.map((line) => JSON.parse(line));
  const frames = records.filter((record) => 'key' in record || 'rows' in record);
  const marks = records.filter((record) => 'mark' in record);
  return { header, startedAt: 0, frames, marks, durationMs: 600_000, isComplete: true };
};

family('forged recordings', ({ attack }) => {
  const inputs = fc.record({ nth: fc.nat({ max: fields.length - 1 }), value: hostileValue });
  const control = '\u001b]52;c;AAAA\u0007\u009b31m\u202e\r\n';
  const corpus = fields
    .map((_, nth) => ({ nth, value: control }))
    .filter((_, index) => factor >= 1 || index % 4 === 0);

  attack('a recording from elsewhere draws text, whatever a field of it says, also where it is exported', {
    ...{ rounds: 100, inputs, corpus },
    defense: asFile,
    sabotaged: believes,
    holds: ({ nth, value }, read) => {
      const recording = read(forgedLines(nth, value));
      if (recording === undefined) return;
      play(recording);
      const cut = { fromMs: 0, toMs: recording.durationMs };
      for (const line of asciicastLines(recording, cut)) {
        const event: unknown = JSON.parse(line);
        const data = Array.isArray(event) ? String(event[2]) : '';
        const [, code] = Array.isArray(event) ? event : [];
        const drawn = code === 'o' ? data.replaceAll(ownSequences, '').replaceAll(/[\r\n]/g, '') : data;
        expect(drawn).toMatch(clean);
      }
      expect([...htmlPage(recording, cut)].join('')).not.toContain('\u001b');
    },
  });

  attack('a follower draws text, whatever a field of what the cockpit sends says, or shows why it ends', {
    ...{ rounds: 60, inputs, corpus },
    defense: asFollower,
    sabotaged: (lines) => {
      const recording = believes(lines);
      if (recording !== undefined) play(recording);
      return recording;
    },
    holds: ({ nth, value }, read) => void read(forgedLines(nth, value)),
  });
});
