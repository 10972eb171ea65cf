import type { ProcessEnv } from '../places.ts';

/** White, and the seven bright colours but the bright black: the grounds of 16 that dark text is read on. */
const lightGrounds = /^(7|9|1[0-5])$/;

/**
 * Whether the terminal says that its ground is light: the last number of COLORFGBG ('0;15', '0;default;15'), as rxvt,
 * Konsole and iTerm2 set it. A terminal is not asked (OSC 11): an answer that comes after we have ended would be typed
 * at the shell's prompt.
 */
export const hasLightGround = ({ COLORFGBG = '' }: ProcessEnv): boolean =>
  lightGrounds.test(COLORFGBG.split(';').at(-1) ?? '');
