import type { StoreApi } from 'zustand/vanilla';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { UiStore } from '../../shell/contract/model.ts';
import type { StateFiles } from '../../shell/contract/state-files.ts';

interface OfferParts {
  readonly model: UiStore;
  readonly cockpit: StoreApi<CockpitState>;
  readonly keep: StateFiles;
  say(text: string): void;
}

const answerFile = 'tour';
/** Files of earlier sessions: their user knows the screen. */
const earlierFiles = ['layouts.json', 'commands'];

const offerText = 'new here? :tour explains this screen step by step · any other key hides this line';

/**
 * Offers the tour in the message line on the very first start, once an environment is open. The first key is the answer,
 * and the state directory remembers it, so the offer never comes back. Without a readable state directory there is no
 * offer. Returns an unsubscribe function.
 */
export const offerTour = ({ model, cockpit, keep, say }: OfferParts): (() => void) => {
  let stops: readonly (() => void)[] = [];
  let isEnded = false;
  const stop = (): void => {
    isEnded = true;
    for (const end of stops) end();
    stops = [];
  };

  const remember = (): void => {
    stop();
    // An offer that comes back is the only harm.
    keep.write(answerFile, 'offered\n').catch(() => {});
  };

  const offer = (): void => {
    // A warning of the start comes first; the offer waits for the next start.
    if (cockpit.getState().messages.some(({ level }) => level !== 'ok')) return;
    say(offerText);
    const { notice } = model.getState();
    stops = [
      // Every key clears the notice first.
      model.subscribe((ui) => {
        if (ui.notice !== notice) remember();
      }),
    ];
  };

  const whenOpen = (): void => {
    if (cockpit.getState().open !== undefined) {
      offer();
      return;
    }
    stops = [
      cockpit.subscribe(({ open }) => {
        if (open === undefined) return;
        for (const end of stops) end();
        offer();
      }),
    ];
  };

  const begin = async (): Promise<void> => {
    try {
      const found = await Promise.all([answerFile, ...earlierFiles].map((name) => keep.read(name)));
      if (!isEnded && found.every((text) => text === undefined)) whenOpen();
    } catch {
      // No offer without memory of the answer.
    }
  };
  void begin();
  return stop;
};
