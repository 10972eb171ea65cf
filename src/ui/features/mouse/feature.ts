import { defineFeature } from '../../shell/contract/features.ts';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';
import { isMouseEnabled } from '../../shell/terminal/mouse/mouse-setting.ts';

const mouseItem = (on: boolean, isOn: boolean): PaletteItem => ({
  id: `mouse ${on ? 'on' : 'off'}`,
  text: on ? 'enable the mouse: clicks and wheel' : 'disable the mouse, so that the terminal selects text',
  command: `mouse ${on ? 'on' : 'off'}`,
  ...(on === isOn ? { whyNot: `already ${on ? 'on' : 'off'}` } : {}),
  run: ({ model, notify: say }) => {
    model.setState({ mouse: on });
    say(on ? 'mouse on: hold shift and drag to select text' : 'mouse off: enable again with :mouse on');
  },
});

/** The commands that turn the mouse on and off. */
export const mouseFeature = defineFeature({
  name: 'mouse',
  commands: ({ view: { ui, cockpit } }) =>
    [true, false].map((on) => mouseItem(on, isMouseEnabled(ui, cockpit))),
});
