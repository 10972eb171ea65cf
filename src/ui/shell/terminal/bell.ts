import type { StoreApi } from 'zustand/vanilla';
import type { Millis } from '../../../domain/base/fault.ts';
import {
  type BellSignal,
  bellSignals,
  type DesktopProtocol,
  type NotificationFacts,
  notificationText,
} from '../../../domain/profile/notification.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { CriticalEvent } from '../../../store/messages.ts';
import type { TextPen } from '../../kit/text/pen.ts';

interface BellParts {
  readonly cockpit: StoreApi<CockpitState>;
  readonly clock: { now(): Millis; wallOffset(): Millis; every(ms: Millis, tick: () => void): () => void };
  /** The protocol of the terminal for desktop notifications, as far as the environment says. */
  readonly desktop?: DesktopProtocol | undefined;
  /** The pen that masks and sanitizes text. */
  pen(): TextPen;
  /** Writes to the terminal while the cockpit controls it. */
  write(bytes: string): void;
  /** Passes the facts to the notification program of the settings. */
  notify?: ((facts: NotificationFacts) => void) | undefined;
}

const tickMs: Millis = 1000;
/** Maximum width of a desktop notification. */
const noticeCells = 120;
/** Number of events that a program receives; the others are counted. */
const maxEvents = 20;

const bel = '\u0007';
/** Control characters, removed as a second defense: text must not end the OSC sequence and start another. */
const controls = /[\u0000-\u001f\u007f-\u009f]/g;

/**
 * The bytes of a signal. OSC 9 (iTerm2, WezTerm, Ghostty, Windows Terminal, kitty) and OSC 777 (urxvt, foot, VTE): a desktop
 * notification, terminated by ST. In OSC 777 a semicolon separates fields.
 */
const bytesOf = (signal: BellSignal, text: string): string => {
  const plain = text.replaceAll(controls, '');
  if (signal === 'bell') return bel;
  return signal === 'osc9'
    ? `\u001b]9;${plain}\u001b\\`
    : `\u001b]777;notify;opsdeck;${plain.replaceAll(';', ',')}\u001b\\`;
};

const sentenceOf = ({ kind = 'critical', text }: CriticalEvent): string => notificationText(kind, text);

/**
 * 'opsdeck production: broker is down: answered 503, since …': the latest situation, which tells all that is critical, and the
 * number of other events. Without a situation the first event.
 */
const summaryOf = ({ open }: CockpitState, news: readonly CriticalEvent[]): string => {
  const situation = news.findLast((event) => event.situation !== undefined)?.situation;
  const others =
    situation === undefined ? news.slice(1) : news.filter((event) => event.situation === undefined);
  const [first] = news;
  const said = situation ?? (first === undefined ? '' : sentenceOf(first));
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  return `opsdeck${open?.embedded === true ? ' drill' : ''} ${open?.env ?? ''}: ${said}${more}`;
};

/** The facts for a program, masked as the screen. */
const factsOf = (
  { open }: CockpitState,
  news: readonly CriticalEvent[],
  summary: string,
  wallTime: Millis,
  pen: TextPen,
): NotificationFacts => {
  const clean = (text: string): string => pen.run(text).text;
  return {
    opsdeck: 1,
    at: new Date(wallTime).toISOString(),
    system: clean(open?.system ?? ''),
    env: clean(open?.env ?? ''),
    drill: open?.embedded === true,
    shared: pen.shared,
    text: clean(summary),
    events: news
      .slice(0, maxEvents)
      .map((event) => ({ kind: event.kind ?? 'critical', text: clean(sentenceOf(event)) })),
    more: Math.max(0, news.length - maxEvents),
  };
};

/**
 * Notifies when something becomes critical, an alert has no owner, or a run waits, as configured: at most once per interval.
 * Events within the interval are collected and announced together at its end. Returns an unsubscribe function.
 */
export const startBell = ({ cockpit, clock, desktop, pen, write, notify }: BellParts): (() => void) => {
  let lastRingAt: Millis | undefined;
  let collected: readonly CriticalEvent[] = [];

  const ring = (): void => {
    const state = cockpit.getState();
    const { bell, notify: program } = state.settings;
    const signals = bellSignals(bell.how, desktop);
    const hasProgram = program.length > 0 && notify !== undefined;
    if (signals.length === 0 && !hasProgram) collected = [];
    if (collected.length === 0 || (lastRingAt !== undefined && clock.now() - lastRingAt < bell.everyMs))
      return;
    const summary = summaryOf(state, collected);
    lastRingAt = clock.now();
    if (hasProgram) notify(factsOf(state, collected, summary, lastRingAt + clock.wallOffset(), pen()));
    collected = [];
    if (signals.length === 0) return;
    const text = pen().cut(summary, noticeCells);
    write(signals.map((signal) => bytesOf(signal, text)).join(''));
  };

  const unsubscribe = cockpit.subscribe((state, was) => {
    if (state.criticals === was.criticals) return;
    collected = [...collected, ...state.criticals.filter((critical) => !was.criticals.includes(critical))];
    ring();
  });
  const stop = clock.every(tickMs, ring);
  return () => {
    unsubscribe();
    stop();
  };
};
