import { describe, expect, test } from 'vitest';
import { fronted } from './fronted.ts';
import { armed, breakages } from './moods.ts';
import { control, factsOf, promises } from './promises.ts';
import type { Rig } from './rig.ts';
import { rigs, stages } from './rigs.ts';
import { moodNamed } from './wire.ts';
import { openWired } from './wired.ts';

/** What only a wire of ours can be made to say. */
const embeddedPromises = (rig: Rig): void => {
  test('an endless answer is not read to its end', async () => {
    await using wired = await openWired(fronted(rig));
    await wired.wire.set(moodNamed({ moods: breakages }, 'an answer of 100 MB'));
    const [feed] = wired.feeds;
    const facts = await feed?.read(new AbortController().signal);
    expect(facts?.faults[0]?.message).toContain('longer than 8 MiB');
    await wired.wire.drained();
    expect(wired.wire.bytesSent()).toBeLessThan(40 * 1024 * 1024);
  });

  test('texts that a terminal would obey are read as the same facts', async () => {
    await using wired = await openWired(fronted(rig));
    wired.wire.treat(armed);
    const facts = factsOf(await wired.readAll());
    expect(facts).toEqual(rig.healthy);
    expect(JSON.stringify(facts)).not.toMatch(control);
  });
};

for (const rig of rigs)
  describe(rig.type, () => {
    promises(fronted(rig));
    embeddedPromises(rig);
  });
for (const stage of stages) describe(stage.rig.type, () => promises(stage));
