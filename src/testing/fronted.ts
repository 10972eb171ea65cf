import { type Front, healthy, openFront } from './front.ts';
import { manualClock, withoutDelays } from './manual-clock.ts';
import { breakages, moods, type Treated } from './moods.ts';
import type { Rig } from './rig.ts';
import { moodNamed, type Stage, type Wire } from './wire.ts';

/** A wire before an embedded server; a test may also treat its requests in a way of its own. */
export interface FrontWire extends Wire<Treated>, Pick<Front, 'treat' | 'bytesSent'> {}

const denied = moodNamed({ moods }, 'denied').treat;

/** A rig's source before its embedded server, in which time stands. */
export const fronted = (rig: Rig): Stage<Treated, FrontWire> => ({
  rig,
  moods: [...moods, ...breakages],
  clock: () => manualClock(),
  open: async () => {
    const server = await rig.start(withoutDelays(manualClock()));
    const front = await openFront(server.url);
    return {
      ...front,
      set: async (mood) => front.treat(mood.treat),
      heal: async () => front.treat(healthy),
      denyOnly: async (calls) =>
        front.treat((response, request, pass) =>
          (calls.test(request.url ?? '') ? denied : healthy)(response, request, pass),
        ),
      turnStranger: async () =>
        front.treat((response) => void response.end('{"name":"somebody else","build":{"name":"else"}}')),
      close: async () => {
        await front.close();
        await server.close();
      },
    };
  },
});
