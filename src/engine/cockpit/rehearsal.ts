import type { StoreApi } from 'zustand/vanilla';
import type { CockpitState } from '../../store/cockpit.ts';
import type { Commands } from '../../store/commands.ts';
import { rehearsing } from './open-view.ts';
import type { OpenedEnvironment } from './parts.ts';

/** Starts or ends an incident of the embedded world, if that is what is open. */
export const createRehearsal =
  (
    cockpit: StoreApi<CockpitState>,
    opened: () => OpenedEnvironment | undefined,
    say: (text: string, level?: 'warn') => void,
  ): Commands['rehearse'] =>
  (incident) => {
    const { world, profile } = opened() ?? {};
    if (world === undefined || profile === undefined)
      return say('only an embedded world can rehearse', 'warn');
    world.rehearse(incident, profile.env);
    say(incident === undefined ? 'rehearsal ended: the world is well again' : `rehearsing ${incident}`);
    cockpit.setState((s) => rehearsing(s, incident));
  };
