import type { Millis } from '../../../domain/base/fault.ts';
import { applyEditingKey, type Stroke } from '../../shell/keys/strokes.ts';
import type { MarkRecord } from '../../shell/recording/format.ts';
import { nextMark, previousMark, type Recording } from '../../shell/recording/recording.ts';
import { parsePosition } from './position.ts';

/** The speeds of playback. */
const playerSpeeds: readonly number[] = [0.5, 1, 2, 4, 8, 16];

const stepMs: Millis = 10_000;
const longStepMs: Millis = 60_000;
/** A change is shown from shortly before it on, so that the eye sees what changes. */
const leadMs: Millis = 1000;

/** State of the player: position, speed and marks. */
export interface PlayerState {
  /** Position, in ms since the start. */
  readonly at: Millis;
  readonly isPlaying: boolean;
  readonly speed: number;
  /** True: shows the newest frame of a cockpit that is followed. */
  readonly isLive: boolean;
  /** The typed time of `t`. */
  readonly typed?: string | undefined;
  readonly problem?: string | undefined;
  readonly isHelpOpen: boolean;
  /** The mark that was reached with `n` or `N`: the next press continues from it. */
  readonly mark?: MarkRecord | undefined;
}

export const initialPlayer = (isLive: boolean): PlayerState => ({
  at: 0,
  isPlaying: true,
  speed: 1,
  isLive,
  isHelpOpen: false,
});

/** A key of the player. */
interface PlayerKey {
  readonly keys: readonly Stroke[];
  /** The keys as in the help. */
  readonly shown: string;
  readonly label: string;
  /** True: only while a cockpit is followed. */
  readonly live?: true;
  act(state: PlayerState, recording: Recording, key: Stroke): PlayerState;
}

/** Moves to a position. A cockpit that is followed is then shown at that position, and no longer live. */
const moved = (state: PlayerState, { durationMs }: Recording, to: Millis): PlayerState => ({
  ...state,
  at: Math.min(durationMs, Math.max(0, to)),
  isLive: false,
  mark: undefined,
});

const faster = (state: PlayerState, by: 1 | -1): PlayerState => {
  const index = playerSpeeds.indexOf(state.speed) + by;
  return { ...state, speed: playerSpeeds[Math.min(playerSpeeds.length - 1, Math.max(0, index))] ?? 1 };
};

const toMark = (state: PlayerState, recording: Recording, mark: MarkRecord | undefined): PlayerState =>
  mark === undefined ? state : { ...moved(state, recording, mark.t - leadMs), mark };

/** Every key of the player; the help and the reference are made from them. */
export const playerKeys: readonly PlayerKey[] = [
  {
    keys: ['space'],
    shown: 'space',
    label: 'pause, continue',
    act: (state, { durationMs, isComplete }) => {
      const isAtEnd = isComplete && state.at >= durationMs;
      if (state.isPlaying && !isAtEnd) return { ...state, isPlaying: false, isLive: false };
      return { ...state, isPlaying: true, ...(isAtEnd ? { at: 0 } : {}) };
    },
  },
  { keys: ['right'], shown: '→', label: '10 s forward', act: (s, r) => moved(s, r, s.at + stepMs) },
  { keys: ['left'], shown: '←', label: '10 s back', act: (s, r) => moved(s, r, s.at - stepMs) },
  { keys: [']'], shown: ']', label: '1 min forward', act: (s, r) => moved(s, r, s.at + longStepMs) },
  { keys: ['['], shown: '[', label: '1 min back', act: (s, r) => moved(s, r, s.at - longStepMs) },
  {
    keys: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    shown: '0–9',
    label: 'go to a tenth of the recording',
    act: (s, r, key) => moved(s, r, (r.durationMs * Number(key)) / 10),
  },
  { keys: ['+', '='], shown: '+', label: 'play faster, up to 16×', act: (s) => faster(s, 1) },
  { keys: ['-'], shown: '-', label: 'play slower, down to 0.5×', act: (s) => faster(s, -1) },
  {
    keys: ['n'],
    shown: 'n',
    label: 'next change',
    act: (s, r) => toMark(s, r, nextMark(r, s.mark?.t ?? s.at)),
  },
  {
    keys: ['N'],
    shown: 'N',
    label: 'previous change',
    act: (s, r) => toMark(s, r, previousMark(r, s.mark?.t ?? s.at)),
  },
  {
    keys: ['t'],
    shown: 't',
    label: 'go to a time of the recording',
    act: (s) => ({ ...s, typed: '', problem: undefined }),
  },
  {
    keys: ['.', 'end'],
    shown: '.',
    label: 'live',
    live: true,
    act: (s, { durationMs }) => ({ ...s, at: durationMs, isLive: true, isPlaying: true, mark: undefined }),
  },
  { keys: ['?'], shown: '?', label: 'help', act: (s) => ({ ...s, isHelpOpen: true }) },
];

/** Keys that leave the player. */
const quitKeys: ReadonlySet<Stroke> = new Set(['q', 'ctrl-c', 'ctrl-d']);

const typing = (state: PlayerState, recording: Recording, typed: string, key: Stroke): PlayerState => {
  if (key === 'esc') return { ...state, typed: undefined, problem: undefined };
  if (key === 'enter') {
    const time = parsePosition(typed, recording);
    if (time === undefined)
      return { ...state, problem: 'this is not a time: write 14:05, 14:05:30 or 12m30s' };
    if (time > recording.durationMs)
      return { ...state, problem: 'this time is after the end of the recording' };
    return { ...moved(state, recording, time), typed: undefined, problem: undefined };
  }
  const edited = applyEditingKey(typed, key);
  return edited === undefined ? state : { ...state, typed: edited.slice(0, 20), problem: undefined };
};

/** Handles a key; 'quit' ends the player. `canBeLive`: a cockpit is followed. */
export const pressPlayerKey = (
  state: PlayerState,
  recording: Recording,
  key: Stroke,
  canBeLive = false,
): PlayerState | 'quit' => {
  if (key === 'ctrl-c') return 'quit';
  if (state.typed !== undefined) return typing(state, recording, state.typed, key);
  if (state.isHelpOpen) return { ...state, isHelpOpen: false };
  if (quitKeys.has(key)) return 'quit';
  const found = playerKeys.find(({ keys, live }) => keys.includes(key) && (live !== true || canBeLive));
  return found === undefined ? state : found.act(state, recording, key);
};

/** Moves on by the time that has passed. At the end it stays; a cockpit that is followed becomes live again. */
export const advancePlayer = (
  state: PlayerState,
  recording: Recording,
  passedMs: Millis,
  canBeLive = false,
): PlayerState => {
  const { durationMs } = recording;
  if (state.isLive) return state.at === durationMs ? state : { ...state, at: durationMs };
  if (!state.isPlaying || state.at >= durationMs) return state;
  const time = Math.min(durationMs, state.at + passedMs * state.speed);
  const mark = state.mark !== undefined && time > state.mark.t ? undefined : state.mark;
  return { ...state, at: time, mark, isLive: canBeLive && time >= durationMs };
};
