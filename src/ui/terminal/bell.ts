import type { StoreApi } from 'zustand/vanilla';
import type { Millis } from '../../domain/fault.ts';
import type { CockpitState, CriticalEvent } from '../../store/cockpit.ts';
import type { TextPen } from '../text/pen.ts';

interface BellParts {
  readonly cockpit: StoreApi<CockpitState>;
  readonly clock: { now(): Millis; every(ms: Millis, tick: () => void): () => void };
  /** The pen that masks and sanitizes text. */
  pen(): TextPen;
  /** Writes to the terminal while the cockpit controls it. */
  write(bytes: string): void;
}

const tickMs: Millis = 1000;
/** Maximum width of a desktop notification. */
const noticeCells = 120;

const bel = '\u0007';
/** Control characters, removed as a second defense: text must not end the OSC sequence and start another. */
const controls = /[\u0000-\u001f\u007f-\u009f]/g;

/** OSC 9 (iTerm2, WezTerm, Ghostty, Windows Terminal, kitty): a desktop notification, terminated by ST. */
const notice = (text: string): string => `\u001b]9;${text.replaceAll(controls, '')}\u001b\\`;

/** 'opsdeck production: breakers billing-0 · psp is critical, and 2 more' */
const notificationText = ({ open }: CockpitState, news: readonly CriticalEvent[]): string => {
  const [first] = news;
  const more = news.length > 1 ? `, and ${news.length - 1} more` : '';
  return `opsdeck${open?.embedded === true ? ' drill' : ''} ${open?.env ?? ''}: ${first?.text ?? ''} is critical${more}`;
};

/**
 * Rings when something becomes critical, as configured: at most once per interval. Events within the interval are
 * collected and announced together at its end. Returns an unsubscribe function.
 */
export const startBell = ({ cockpit, clock, pen, write }: BellParts): (() => void) => {
  let lastRingAt: Millis | undefined;
  let collected: readonly CriticalEvent[] = [];

  const ring = (): void => {
    const state = cockpit.getState();
    const { how, everyMs } = state.settings.bell;
    if (how === 'off') collected = [];
    if (collected.length === 0 || (lastRingAt !== undefined && clock.now() - lastRingAt < everyMs)) return;
    const text = pen().cut(notificationText(state, collected), noticeCells);
    lastRingAt = clock.now();
    collected = [];
    write(`${how === 'osc9' ? '' : bel}${how === 'bell' ? '' : notice(text)}`);
  };

  const unsubscribe = cockpit.subscribe((state, was) => {
    if (state.criticals === was.criticals) return;
    collected = [...collected, ...state.criticals.filter((one) => !was.criticals.includes(one))];
    ring();
  });
  const stop = clock.every(tickMs, ring);
  return () => {
    unsubscribe();
    stop();
  };
};
