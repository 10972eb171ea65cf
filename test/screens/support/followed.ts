import { createStyleAdapter } from '../../../src/ui/features/replay/adapt-style.ts';
import { advancePlayer, initialPlayer, pressPlayerKey } from '../../../src/ui/features/replay/player.ts';
import { playerRows } from '../../../src/ui/features/replay/player-screen.ts';
import { createTextPen } from '../../../src/ui/kit/text/pen.ts';
import { createTheme } from '../../../src/ui/kit/theme/theme.ts';
import type { PaintedFrame } from '../../../src/ui/shell/recording/format.ts';
import { createPlayback } from '../../../src/ui/shell/recording/playback.ts';
import { parseRecording } from '../../../src/ui/shell/recording/recording.ts';
import { recorded } from '../../ui/recording/sample.ts';
import { shop } from './shop.ts';
import { openCockpit } from './user.ts';

/** The last frame of a cockpit of 120×36. */
const cockpitFrame = async (): Promise<PaintedFrame> => {
  let last: PaintedFrame | undefined;
  await openCockpit({
    size: [120, 36],
    scene: shop(),
    painted: (frame) => {
      last = frame;
    },
  });
  if (last === undefined) throw new Error('nothing was painted');
  return last;
};

/** The screen of a follower of that cockpit, whose newest frame is out of date because of `why`. */
export const staleScreen = async (
  [columns, rows]: readonly [number, number],
  why: string,
  ...keys: readonly string[]
): Promise<string> => {
  const lines = await recorded([[0, await cockpitFrame()]], { endAt: 95_000, isEnded: false });
  const recording = parseRecording(lines.join(''));
  let state = advancePlayer(initialPlayer(true), recording, 0, true);
  for (const key of keys) {
    const next = pressPlayerKey(state, recording, key, true);
    if (next !== 'quit') state = next;
  }
  const drawn = playerRows({
    ...{ state, recording, frame: createPlayback(recording.frames).frameAt(state.at), columns, rows },
    ...{ pen: createTextPen(false), theme: createTheme('none'), adapt: createStyleAdapter('none') },
    ...{ title: 'ben@ops-2 · shop/production', canBeLive: true, isStale: true, notice: why },
  });
  const texts = drawn.map((row) => row.map(({ text }) => text).join(''));
  return `${texts.map((text) => text.trimEnd()).join('\n')}\n`;
};
