import { openReadIo } from '../../src/doors/read-io.ts';
import type { Dial } from '../../src/platform/network/dial.ts';
import { openKubeClient } from '../../src/sources/kubernetes/api/client.ts';
import { kubernetesConfig } from '../../src/sources/kubernetes/api/config.ts';
import { type WatchEvent, watchEvents } from '../../src/sources/kubernetes/api/list-watch.ts';
import { manualClock } from '../support/manual-clock.ts';
import type { Scenario } from './open-through.ts';

/** Reads a watch with the source's client until it ends or a bookmark arrives. `error`: the cause of the end. */
export const readWatch = async (
  { entry }: Pick<Scenario, 'entry'>,
  path: string,
  dial: Dial,
): Promise<{ readonly events: readonly WatchEvent[]; readonly error?: unknown }> => {
  const io = openReadIo(manualClock(), { dial });
  const client = openKubeClient('s', kubernetesConfig.parse(entry), io);
  const stop = new AbortController();
  const events: WatchEvent[] = [];
  try {
    const { chunks } = await client.stream(path, stop.signal);
    for await (const some of watchEvents(chunks)) {
      events.push(...some);
      if (events.at(-1)?.is === 'bookmark') break;
    }
    return { events };
  } catch (error) {
    return { events, error };
  } finally {
    stop.abort();
    client.close();
    await io.close();
  }
};
