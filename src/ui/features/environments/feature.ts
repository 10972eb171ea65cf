import { defined } from '../../../domain/base/defined.ts';
import { defineFeature } from '../../shell/contract/features.ts';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { activeRunReason } from '../../shell/state/blocked-reasons.ts';
import { environmentsDialog, whyNotSaved } from './environment-list.ts';

const pickEnvironment = ({ model, view }: KeyContext): void => {
  const { environments, open } = view.cockpit;
  const index = environments.findIndex(
    (environment) => environment.env === open?.env && environment.system === open.system,
  );
  model.setState({ overlay: { is: 'environments', cursor: { index: Math.max(0, index) } } });
};

const noOther = ({ view: { cockpit } }: KeyContext): string | undefined =>
  activeRunReason(cockpit) ??
  (cockpit.environments.length === 0 ? 'no environments found: opsdeck init writes a profile' : undefined);

const environmentKey: Binding = {
  id: 'environment',
  keys: ['e'],
  description: 'open another environment',
  footer: 'environment',
  whyNot: noOther,
  run: pickEnvironment,
};

/** The environment list as a command. */
const environmentItem = (context: KeyContext): PaletteItem => {
  const why = noOther(context);
  return {
    id: 'env',
    text: 'list environments',
    command: 'env',
    ...defined({ whyNot: why }),
    run: pickEnvironment,
  };
};

/** Saving `here` as a profile, as a command. */
const saveProfileItem = ({ view, commands }: KeyContext): PaletteItem => {
  const why = whyNotSaved(view.cockpit);
  return {
    id: 'save-profile',
    text: 'save here as a profile',
    command: 'save-profile',
    ...defined({ whyNot: why }),
    run: () => commands.saveProfile(),
  };
};

/** The list of environments, and the key and the command that open it. */
export const environmentsFeature = defineFeature({
  name: 'environments',
  dialogs: { environments: environmentsDialog },
  keys: { environment: [environmentKey] },
  commands: (context) => [environmentItem(context), saveProfileItem(context)],
});
