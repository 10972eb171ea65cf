import { keepingTrail } from '../features/environments/travel.ts';
import { forgetNotice, type Model } from '../model.ts';
import { pinChosen } from '../overlays/pin.ts';
import type { Hand } from '../panes/pane.ts';
import { mouseDid } from '../terminal/mouse/act.ts';
import type { MouseEvent } from '../terminal/mouse/splitter.ts';
import type { Redraw } from '../terminal/redraw.ts';
import { pinCursor } from './places.ts';
import { paste, press } from './press.ts';
import type { KeyListener } from './use-keys.ts';

interface ListenerParts {
  readonly model: Model;
  handNow(): Hand;
  readonly redraw: Redraw;
  hearsMouse(): boolean;
}

/** What hears keys and the mouse. */
interface Listener extends KeyListener {
  mouse(event: MouseEvent): void;
}

/** What happens with what is typed, pasted or clicked: it is done, what was chosen is held on to, and the screen drawn. */
export const createListener = ({ model, handNow, redraw, hearsMouse }: ListenerParts): Listener => {
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
    mouse: (event) => {
      if (!hearsMouse()) return;
      forgetNotice(model);
      keepingTrail(handNow(), () => mouseDid(handNow, event));
      done();
    },
  };
};
