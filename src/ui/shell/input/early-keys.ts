import type { StoreApi } from 'zustand/vanilla';
import type { Clock } from '../../../platform/runtime/clock.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { KeyListener } from './use-keys.ts';

/** True from the first frame until there are panes, a list of environments or errors of the profile. */
const isOpening = ({ open, profileErrors, isPickingEnvironment }: CockpitState): boolean =>
  open === undefined && profileErrors === undefined && isPickingEnvironment !== true;

/** The longest time for which keys wait for the panes: after it, help is needed more than what was typed for them. */
const longestWaitMs = 3_000;

/** Keys of the terminal, which never wait. */
const ofTerminal: ReadonlySet<string> = new Set(['ctrl-c', 'ctrl-z']);

interface EarlyKeysParts {
  readonly listener: KeyListener;
  readonly cockpit: Pick<StoreApi<CockpitState>, 'getState' | 'subscribe'>;
  readonly clock: Pick<Clock, 'sleep'>;
  /** Says that these keys wait: '6 6'. */
  kept(keys: string): void;
}

/**
 * Keeps what is typed while the environment opens, and hands it over in order once its panes are there: hands that know the keys
 * are faster than the first second. What was typed for panes is dropped if a list of environments or errors appear instead.
 * `q` as the first key quits at once. No kept key confirms anything, because the user has not seen what it would confirm: each counts as
 * one that arrived with others, and what follows an `enter` is dropped with it.
 */
export const withEarlyKeys = ({ listener, cockpit, clock, kept: say }: EarlyKeysParts): KeyListener => {
  let isWaiting = isOpening(cockpit.getState());
  let kept: { readonly keys: string; type(): void }[] = [];
  let hasEntered = false;
  const limit = new AbortController();
  const end = (): void => {
    isWaiting = false;
    limit.abort();
    unsubscribe();
    const typed = kept;
    kept = [];
    for (const { type } of typed) type();
  };
  const unsubscribe = cockpit.subscribe((state) => {
    if (isOpening(state)) return;
    unsubscribe();
    if (state.open === undefined) kept = [];
    // Behind everything else that this change causes.
    queueMicrotask(end);
  });
  const keep = (keys: string, type: () => void): void => {
    if (kept.length === 0) void clock.sleep(longestWaitMs, limit.signal).then(end);
    kept.push({ keys, type });
    say(kept.map((typed) => typed.keys).join(' '));
  };
  return {
    strokes: (strokes, earlier) => {
      const type = (before = earlier): void => listener.strokes(strokes, before);
      if (strokes.some((stroke) => ofTerminal.has(stroke))) {
        kept = [];
        limit.abort();
        type();
      } else if (!isWaiting || (kept.length === 0 && strokes[0] === 'q')) type();
      else {
        if (!hasEntered && strokes.includes('enter')) {
          hasEntered = true;
          say([...kept.map((typed) => typed.keys), 'enter again'].join(' '));
        } else if (!hasEntered) keep(strokes.join(' '), () => type((earlier ?? 0) + 1));
      }
    },
    paste: (text) => {
      const type = (): void => listener.paste(text);
      if (!isWaiting) type();
      else if (!hasEntered) keep(text, type);
    },
  };
};
