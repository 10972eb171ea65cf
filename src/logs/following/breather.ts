import type { Millis } from '../../domain/fault.ts';
import { nextTurn } from '../../platform/turn.ts';

/** So long all that reads lines may go on before keys and timers have their turn; rows are judged for as long again, and drawn. */
const sliceMs: Millis = 4;

/** Undefined: go on; or to be awaited first. One for all who work at the same time. */
export type Breathe = () => Promise<void> | undefined;

/** What comes from a wire that has much at hand comes without a turn of the event loop between: this puts one there. */
export const createBreather = (now: () => Millis): Breathe => {
  let began = now();
  let pause: Promise<void> | undefined;
  return () => {
    if (pause === undefined && now() - began >= sliceMs)
      pause = nextTurn().then(() => {
        pause = undefined;
        began = now();
      });
    return pause;
  };
};
