import { jumped } from '../../keys/places.ts';
import { noOverlay } from '../../overlays/overlay.ts';
import type { Hand } from '../../panes/pane.ts';
import type { View } from '../../view.ts';

/** 'system/env' of what is open. */
export const openName = ({ cockpit: { open } }: Pick<View, 'cockpit'>): string | undefined =>
  open === undefined ? undefined : `${open.system}/${open.env}`;

/** Asks for an environment, the open one again too; the place on the screen stays what it is. */
export const goToEnvironment = ({ model, commands, say, view }: Hand, name: string): void => {
  if (openName(view) !== name) jumped(model);
  model.setState({ overlay: noOverlay, opening: name });
  say(`opening ${name}`);
  commands.openEnvironment(name);
};
