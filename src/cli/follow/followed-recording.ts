import { errorMessage } from '../../domain/text/error-message.ts';
import { createRecordingReader, type Recording } from '../../ui/shell/recording/recording.ts';
import type { FollowedScreen } from '../publish/screen-channel.ts';

/** A recording that grows with what a cockpit sends. */
export interface FollowedRecording {
  /** The recording so far; undefined before the first frame. After a new beginning the previous one until its first frame. */
  now(): Recording | undefined;
  onMore(listener: () => void): () => void;
  /** Why no more comes; undefined while it does. */
  ended(): string | undefined;
  /** Why the newest frame may be out of date; undefined while it is current. */
  stale(): string | undefined;
}

/** The most that is kept of a cockpit, in characters: as much as of a recording in a file. */
const mostKept = 256 * 1024 * 1024;

const hasFrame = (recording: Recording | undefined): recording is Recording =>
  recording !== undefined && recording.frames.length > 0;

/** Reads the lines of a followed cockpit, as of any recording: they are data, and `most` characters of them at most. */
export const readFollowed = (screen: FollowedScreen, user: string, most = mostKept): FollowedRecording => {
  let kept = 0;
  let reader = createRecordingReader();
  let previous: Recording | undefined;
  const listeners = new Set<() => void>();
  let over: string | undefined;
  let trouble: string | undefined;
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const now = (): Recording | undefined => {
    const recording = reader.now();
    return hasFrame(recording) ? recording : previous;
  };
  screen.onLine((line) => {
    if (over !== undefined) return;
    kept += line.length;
    try {
      if (kept > most)
        throw new Error(
          'you fell behind the cockpit, and the missed frames are gone. Follow the cockpit again',
        );
      reader.push(line);
      if (reader.now()?.isComplete === true) over = `${user} has closed this cockpit or the environment`;
    } catch (error) {
      over = `cannot read the frames of the cockpit: ${errorMessage(error)}`;
    }
    if (over !== undefined) void screen.close();
    changed();
  });
  screen.onRestart?.(() => {
    previous = now();
    kept = 0;
    reader = createRecordingReader();
  });
  screen.onTrouble?.((why) => {
    trouble = why;
    changed();
  });
  screen.onClose(() => {
    over ??= 'the connection was lost, because the followed cockpit is no longer running';
    changed();
  });
  return {
    now,
    onMore: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ended: () => over,
    stale: () => (over === undefined ? trouble : undefined),
  };
};
