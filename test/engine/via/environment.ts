import type { Profile, SignalSpec, SourceEntry, ViaSpec } from '../../../src/domain/profile/profile.ts';
import type { ReadIo } from '../../../src/doors/io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { type Engine, type EngineOptions, openEngine } from '../../../src/engine/engine.ts';
import type { Clock } from '../../../src/platform/runtime/clock.ts';
import { actuator } from '../../../src/sources/actuator/index.ts';
import { http } from '../../../src/sources/http/index.ts';
import type { SourceModule } from '../../../src/sources/kit/contract/source.ts';
import { promtext } from '../../../src/sources/promtext/index.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { profileOf } from '../toys.ts';
import type { Tunnel } from './tunnel.ts';

const position = { file: 'toys.yaml', line: 1, col: 1 };

export const through: ViaSpec = { source: 'k8s', target: 'deployment/shop', port: 8081 };

/** A profile entry as the loader returns it; its address is optional. */
export const entry = (
  module: SourceModule,
  id: string,
  own: Record<string, unknown>,
  via?: ViaSpec,
): SourceEntry => {
  const defaults = Object.keys(module.viaDefaults ?? {}).some((key) => key in own) ? {} : module.viaDefaults;
  const given = Object.fromEntries(
    Object.entries({ ...(via && defaults), ...own }).filter(([, v]) => v !== undefined),
  );
  const config = module.config.parse(given);
  return { id, type: module.type, config, position, ...(via && { via }) };
};

export interface Environment extends AsyncDisposable {
  readonly engine: Engine;
  readonly clock: ManualClock;
  readonly profile: Profile;
  /** Advances the clock, waits for all pending requests, and for the next tick, which writes their results. */
  pass(ms: number): Promise<void>;
  /** Counts a request, so that `pass` waits for it. */
  counted<T>(call: Promise<T>): Promise<T>;
  /** 'shop shop-0 up' per row of Health. */
  health(): readonly string[];
  /** Faults with their reasons. */
  faults(): readonly string[];
}

/** Counts pending requests, so that a test can wait for them without a real clock. */
const counting = () => {
  let underWay = 0;
  const counted = async <T>(call: Promise<T>): Promise<T> => {
    underWay += 1;
    try {
      return await call;
    } finally {
      underWay -= 1;
    }
  };
  const openIo = (clock: Clock, options: Parameters<typeof openReadIo>[1]): ReadIo => {
    const io = openReadIo(clock, options);
    return {
      ...io,
      get: (request, signal) => counted(io.get(request, signal)),
      tcp: (host, port, signal) => counted(io.tcp(host, port, signal)),
      tls: (host, port, signal, tls) => counted(io.tls(host, port, signal, tls)),
    };
  };
  return { openIo, counted, underWay: () => underWay };
};

export const openEnvironment = async (
  tunnel: Tunnel,
  sources: readonly SourceEntry[],
  options: Partial<EngineOptions> & { readonly signals?: readonly SignalSpec[] } = {},
): Promise<Environment> => {
  const clock = manualClock(1_000_000);
  const { openIo, counted, underWay } = counting();
  const { signals = [], ...engineOptions } = options;
  const profile = { ...profileOf([entry(tunnel.module, 'k8s', {}), ...sources]), signals };
  const engine = await openEngine(profile, {
    modules: [tunnel.module, http as SourceModule, actuator as SourceModule, promtext as SourceModule],
    clock,
    random: () => 0,
    memory: true,
    openIo,
    ...engineOptions,
  });
  const quiet = async (): Promise<void> => {
    do await clock.settle();
    while (underWay() > 0 && !tunnel.hangs);
    await clock.settle();
  };
  return {
    engine,
    clock,
    profile,
    counted,
    pass: async (ms) => {
      await clock.advance(ms);
      await quiet();
      await clock.advance(250);
    },
    health: () =>
      engine
        .snapshot()
        .kinds.health.rows.map(({ fact }) =>
          [fact.service, fact.instance, fact.status].filter((part) => part !== '').join(' '),
        ),
    faults: () => engine.snapshot().faults.map(({ source, message }) => `${source}: ${message}`),
    [Symbol.asyncDispose]: () => engine.close(),
  };
};
