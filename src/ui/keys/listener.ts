import type { KeyListener } from '../hooks/use-keys.ts';
import { forgetNotice, type Model } from '../model.ts';
import { pinChosen } from '../overlays/pin.ts';
import type { Redraw } from '../redraw.ts';
import type { Hand } from './binding.ts';
import { pinCursor } from './places.ts';
import { paste, press } from './press.ts';

interface ListenerParts {
  readonly model: Model;
  handNow(): Hand;
  readonly redraw: Redraw;
}

/** What happens with what is typed or pasted: it is done, what was chosen is held on to, and the screen drawn. */
export const createListener = ({ model, handNow, redraw }: ListenerParts): KeyListener => {
  const done = (): void => {
    const hand = handNow();
    pinCursor(hand);
    pinChosen(hand);
    redraw.now();
  };
  return {
    strokes: (keys) => {
      forgetNotice(model);
      press(handNow, keys);
      done();
    },
    paste: (text) => {
      forgetNotice(model);
      paste(handNow(), text);
      done();
    },
  };
};
