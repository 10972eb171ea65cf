import type { Millis } from '../../../domain/base/fault.ts';
import { isLightColor, type Rgb } from '../../kit/theme/contrast.ts';

/** Asks for the background color (xterm control sequences, OSC 11). BEL ends the query, and so the answer of most terminals. */
const query = '\u001b]11;?\u0007';

/** '11;rgb:RRRR/GGGG/BBBB', with one to four hex digits per part, and 'rgba:' with a fourth part. */
const answer = /^11;rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})(?:\/[\da-f]{1,4})?$/i;

/** A part of a color as 0 to 255: 'f' and 'ffff' are both 255. */
const part = (hex: string): number => Math.round((Number.parseInt(hex, 16) / (16 ** hex.length - 1)) * 255);

/** The background color of the terminal in the body of an OSC sequence; undefined if it says anything else. */
export const parseBackgroundReply = (body: string): Rgb | undefined => {
  const [, r, g, b] = answer.exec(body) ?? [];
  return r === undefined || g === undefined || b === undefined ? undefined : [part(r), part(g), part(b)];
};

/** Time during which an answer is expected; a later one is dropped without effect. */
const answerWithinMs: Millis = 5000;
/** Maximum time that a terminal is kept for an answer, which would otherwise be typed at the shell's prompt. */
const keptForAnswerMs: Millis = 1000;

interface ProbeParts {
  readonly clock: { now(): Millis; sleep(ms: Millis, signal?: AbortSignal): Promise<void> };
  /** True if the background is light as far as the environment says; used until the terminal answers. */
  readonly isLight: boolean;
  write(bytes: string): void;
  /** Called when the answer differs from what was assumed. */
  changed(): void;
}

/** Knows whether the background of the terminal is light. */
export interface BackgroundProbe {
  isLight(): boolean;
  /** Asks the terminal, once. Never waits: until the answer arrives, the assumption holds. */
  ask(): void;
  /** True while an answer may still arrive. */
  isExpected(): boolean;
  /** Takes the answer. */
  learn(color: Rgb): void;
  /** Resolves when the terminal has answered, or will probably not; at once if it was not asked. */
  settled(): Promise<void>;
}

/** Creates the probe of one terminal. */
export const createBackgroundProbe = ({ clock, isLight, write, changed }: ProbeParts): BackgroundProbe => {
  const answered = new AbortController();
  let light = isLight;
  let askedAt: Millis | undefined;

  const sinceAsked = (): Millis => (askedAt === undefined ? Infinity : clock.now() - askedAt);
  const isExpected = (): boolean => !answered.signal.aborted && sinceAsked() < answerWithinMs;
  return {
    isLight: () => light,
    isExpected,
    ask: () => {
      if (askedAt !== undefined) return;
      askedAt = clock.now();
      write(query);
    },
    learn: (color) => {
      if (!isExpected()) return;
      answered.abort();
      const was = light;
      light = isLightColor(color);
      if (light !== was) changed();
    },
    settled: async () => {
      const left = keptForAnswerMs - sinceAsked();
      if (isExpected() && left > 0) await clock.sleep(left, answered.signal);
    },
  };
};
