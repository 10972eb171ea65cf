import { describe, expect, test } from 'vitest';
import type { Clock } from '../platform/clock.ts';
import type { SignalRequest, SourceModule } from '../sources/source.ts';
import { factsOf, sourceContractTests, terminalControl } from './contract-tests.ts';
import { type Front, healthy, openFront } from './front.ts';
import { manualClock, withoutDelays } from './manual-clock.ts';
import { breakages, controlSequenceMood, moods, type RequestMood } from './moods.ts';
import type { Facts, SourceRig, TimelessFact } from './source-rig.ts';
import { moodNamed, openRig, type Stage, type Wire } from './source-rig.ts';

/** A wire before an embedded server; a test may also treat its requests in a way of its own. */
export interface FrontWire extends Wire<RequestMood>, Pick<Front, 'treat' | 'bytesSent'> {}

const denied = moodNamed({ moods }, 'denied').treat;

/** A rig's source before its embedded server, in which time stands. */
export const openFronted = (rig: SourceRig): Stage<RequestMood, FrontWire> => ({
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

/** What a source that speaks HTTP is before a server of the test, which answers as the real one does. */
export interface SourceCase {
  /** Starts the server on loopback, in a state that does not move. `clock` stands still. */
  start(clock: Clock): Promise<{ readonly url: string; close(): Promise<void> }>;
  /** The source as a profile writes it. `secret` has to be among its credentials: no text may repeat it. */
  config(url: string, secret: string): unknown;
  /** Signals that it is asked for. Absent: none. */
  readonly signals?: readonly SignalRequest[];
  /** By feed id (`TYPE/NAME`): the rows and samples of the server, without `at`. Every feed has to be in it. */
  readonly healthy: Readonly<
    Record<string, { readonly items: readonly TimelessFact[]; readonly samples?: readonly TimelessFact[] }>
  >;
  /** By feed id: numbers that the server does not tell, which must be absent. Absent: none. */
  readonly unknowns?: Readonly<Record<string, (facts: Facts) => readonly unknown[]>>;
  /** Parameters of each operation that fit the server. Absent: it has no operations. */
  readonly operations?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** True: the source has no `identity:`, so that another server behind its address cannot be told from it. */
  readonly isAnonymous?: boolean;
}

/** Promises that only a server of ours can break. */
const embeddedPromises = (rig: SourceRig, module: SourceModule): void => {
  test('an endless response is not read to its end', async () => {
    await using wired = await openRig(openFronted(rig), module);
    await wired.wire.set(moodNamed({ moods: breakages }, 'a response of 100 MB'));
    const [feed] = wired.feeds;
    const facts = await feed?.read(new AbortController().signal);
    expect(facts?.faults[0]?.message).toContain('longer than 8 MiB');
    await wired.wire.drained();
    expect(wired.wire.bytesSent()).toBeLessThan(40 * 1024 * 1024);
  });

  test('terminal control sequences in text do not change the facts', async () => {
    await using wired = await openRig(openFronted(rig), module);
    wired.wire.treat(controlSequenceMood);
    const facts = factsOf(await wired.readAll());
    expect(facts).toEqual(rig.healthy);
    expect(JSON.stringify(facts)).not.toMatch(terminalControl);
  });
};

/** Registers the tests of a rig: a source over HTTP before its server. */
export const httpPromises = (rig: SourceRig, module: SourceModule, isAnonymous = false): void => {
  sourceContractTests({ ...openFronted(rig), ...(isAnonymous ? { isAnonymous } : {}) }, module);
  embeddedPromises(rig, module);
};

/**
 * Registers vitest's tests of what every source of opsdeck promises, for a source that speaks HTTP: what it reads of a healthy server,
 * and that of one that is down, denies, throttles, hangs, cuts its answer short, sends something else or never ends it makes typed
 * faults in time, without an exception, without our credentials and without what a terminal would obey; that reading and planning
 * change nothing; and that closing leaves no connection.
 */
export const testSource = <C>(module: SourceModule<C>, its: SourceCase): void => {
  const { isAnonymous = false, signals = [], unknowns = {}, operations = {}, ...given } = its;
  const rig: SourceRig = { type: module.type, signals, unknowns, operations, ...given };
  describe(`${module.type} fulfills the source contract`, () => httpPromises(rig, module, isAnonymous));
};
