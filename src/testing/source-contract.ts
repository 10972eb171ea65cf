import { describe, expect, test } from 'vitest';
import type { Clock } from '../platform/runtime/clock.ts';
import type { SignalRequest, SourceModule } from '../sources/kit/contract/source.ts';
import { expectFacts, factsOf, sourceContractTests, terminalControl } from './contract-tests.ts';
import {
  breakages,
  controlSequenceTreatment,
  failureModes,
  type RequestFailureMode,
} from './failure-modes.ts';
import { type Front, healthy, openFront } from './front.ts';
import { manualClock, withoutDelays } from './manual-clock.ts';
import type { Facts, SourceRig, TimelessFact } from './source-rig.ts';
import { failureModeNamed, openRig, type Stage, type Wire } from './source-rig.ts';

/** A wire with a proxy; a test may also set its own treatment of requests. */
export interface FrontWire extends Wire<RequestFailureMode>, Pick<Front, 'treat' | 'bytesSent'> {}

const denied = failureModeNamed({ failureModes }, 'denied').treat;

/** Creates the stage for a rig: its source, its server behind a proxy, and a manual clock. */
export const openFronted = (rig: SourceRig): Stage<RequestFailureMode, FrontWire> => ({
  rig,
  failureModes: [...failureModes, ...breakages],
  clock: () => manualClock(),
  open: async () => {
    const server = await rig.start(withoutDelays(manualClock()));
    const front = await openFront(server.url);
    return {
      ...front,
      set: async (failure) => front.treat(failure.treat),
      heal: async () => front.treat(healthy),
      denyOnly: async (calls) =>
        front.treat((response, request, pass) =>
          (calls.test(request.url ?? '') ? denied : healthy)(response, request, pass),
        ),
      turnStranger: async () =>
        front.treat((response) => void response.end('{"name":"another system","build":{"name":"else"}}')),
      close: async () => {
        await front.close();
        await server.close();
      },
    };
  },
});

/** Test case of a source over HTTP: a server of the test that responds as the real one does. */
export interface SourceCase {
  /** Starts the server on loopback, in a fixed state. `clock` is a manual clock. */
  start(clock: Clock): Promise<{ readonly url: string; close(): Promise<void> }>;
  /** The source's config as written in a profile. `secret` must be among its credentials: no text may repeat it. */
  config(url: string, secret: string): unknown;
  /** Signals requested from it. Absent: none. */
  readonly signals?: readonly SignalRequest[];
  /** By feed ID (`TYPE/NAME`): rows and samples of the server, without `at`. Must contain every feed. */
  readonly healthy: Readonly<
    Record<string, { readonly items: readonly TimelessFact[]; readonly samples?: readonly TimelessFact[] }>
  >;
  /** By feed ID: numbers that the server does not report and that must be absent. Absent: none. */
  readonly unknowns?: Readonly<Record<string, (facts: Facts) => readonly unknown[]>>;
  /** IDs of the feeds with `readHistory`. Absent: none. */
  readonly histories?: readonly string[];
  /** Parameters of each operation that are valid on the server. Absent: it has no operations. */
  readonly operations?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** True: the source has no `identity:`, so another server at its address is not detected. */
  readonly isAnonymous?: boolean;
}

/** Contract tests that need a server which can misbehave. */
const embeddedPromises = (rig: SourceRig, module: SourceModule): void => {
  test('an endless response is not read to its end', async () => {
    await using wired = await openRig(openFronted(rig), module);
    await wired.wire.set(failureModeNamed({ failureModes: breakages }, 'a response of 100 MB'));
    const [feed] = wired.feeds;
    const facts = await feed?.read(new AbortController().signal);
    expect(facts?.faults[0]?.message).toContain(
      'the response is larger than 8 MiB, so opsdeck stopped reading',
    );
    await wired.wire.drained();
    expect(wired.wire.bytesSent()).toBeLessThan(40 * 1024 * 1024);
  });

  test('terminal control sequences in text do not change the facts', async () => {
    await using wired = await openRig(openFronted(rig), module);
    wired.wire.treat(controlSequenceTreatment);
    const read = await wired.readAll();
    expectFacts(read, rig.healthy, 'control sequences in every text');
    expect(JSON.stringify(factsOf(read))).not.toMatch(terminalControl);
  });
};

/** Registers the tests of a rig: a source over HTTP with its server. */
export const httpPromises = (rig: SourceRig, module: SourceModule, isAnonymous = false): void => {
  sourceContractTests({ ...openFronted(rig), ...(isAnonymous ? { isAnonymous } : {}) }, module);
  embeddedPromises(rig, module);
};

/**
 * Registers vitest tests of the contract for a source that speaks HTTP. It reads a healthy server correctly. A server
 * that is down, denies, throttles, hangs, truncates, sends garbage or never ends yields typed faults in time. None of
 * them causes an exception, leaks credentials or passes on control sequences. Reading and planning change nothing, and
 * closing leaves no connection.
 */
export const testSource = <C>(module: SourceModule<C>, its: SourceCase): void => {
  const { isAnonymous = false, signals = [], unknowns = {}, operations = {}, ...hooks } = its;
  const rig: SourceRig = { type: module.type, signals, unknowns, operations, ...hooks };
  describe(`${module.type} fulfills the source contract`, () => httpPromises(rig, module, isAnonymous));
};
