import type { StoreApi } from 'zustand/vanilla';
import type { Millis } from '../../domain/fault.ts';
import type { CockpitState, CriticalEvent } from '../../store/cockpit.ts';
import type { TextPen } from '../text/pen.ts';

interface BellParts {
  readonly cockpit: StoreApi<CockpitState>;
  readonly clock: { now(): Millis; every(ms: Millis, tick: () => void): () => void };
  /** What makes text of any origin fit to be shown. */
  pen(): TextPen;
  /** Writes to the terminal, as long as it is ours. */
  write(bytes: string): void;
}

const tickMs: Millis = 1000;
/** A notice of the desktop shows about so much. */
const noticeCells = 120;

const bel = '\u0007';
/** What steers a terminal, whatever the pen has left: nothing of it may end the notice and begin something else. */
const controls = /[\u0000-\u001f\u007f-\u009f]/g;

/** OSC 9 (iTerm2, WezTerm, Ghostty, Windows Terminal, kitty): a notice of the desktop, ended by ST. */
const notice = (text: string): string => `\u001b]9;${text.replaceAll(controls, '')}\u001b\\`;

/** 'opsdeck production: breakers billing-0 · psp is critical, and 2 more' */
const words = ({ open }: CockpitState, news: readonly CriticalEvent[]): string => {
  const [first] = news;
  const more = news.length > 1 ? `, and ${news.length - 1} more` : '';
  return `opsdeck${open?.embedded === true ? ' drill' : ''} ${open?.env ?? ''}: ${first?.text ?? ''} is critical${more}`;
};

/**
 * Rings for what becomes critical, as the settings want it: at most once in their time; what comes meanwhile is
 * counted, and rings together when that time has passed. Returns how to stop.
 */
export const startBell = ({ cockpit, clock, pen, write }: BellParts): (() => void) => {
  let rangAt: Millis | undefined;
  let held: readonly CriticalEvent[] = [];

  const ring = (): void => {
    const state = cockpit.getState();
    const { how, everyMs } = state.settings.bell;
    if (how === 'off') held = [];
    if (held.length === 0 || (rangAt !== undefined && clock.now() - rangAt < everyMs)) return;
    const text = pen().cut(words(state, held), noticeCells);
    rangAt = clock.now();
    held = [];
    write(`${how === 'osc9' ? '' : bel}${how === 'bell' ? '' : notice(text)}`);
  };

  const unsubscribe = cockpit.subscribe((state, was) => {
    if (state.criticals === was.criticals) return;
    held = [...held, ...state.criticals.filter((one) => !was.criticals.includes(one))];
    ring();
  });
  const stop = clock.every(tickMs, ring);
  return () => {
    unsubscribe();
    stop();
  };
};
