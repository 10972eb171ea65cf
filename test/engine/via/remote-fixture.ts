import type { Profile, SignalSpec, SourceEntry, ViaSpec } from '../../../src/domain/profile/profile.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { type Engine, openEngine } from '../../../src/engine/engine.ts';
import type { Clock } from '../../../src/platform/runtime/clock.ts';
import { docker } from '../../../src/sources/docker/index.ts';
import { file } from '../../../src/sources/file/index.ts';
import { host } from '../../../src/sources/host/index.ts';
import type { SourceModule } from '../../../src/sources/kit/contract/source.ts';
import { kubernetes } from '../../../src/sources/kubernetes/index.ts';
import { script } from '../../../src/sources/script/index.ts';
import { profileOf } from '../toys.ts';

export const never = new AbortController().signal;
const position = { file: 'toys.yaml', line: 1, col: 1 };

const modules = [kubernetes, docker, host, script, file] as readonly SourceModule[];

/** A profile entry for a source type. */
export const entryOf = (
  type: string,
  id: string,
  own: Record<string, unknown>,
  via?: ViaSpec,
): SourceEntry => {
  const module = modules.find((sourceModule) => sourceModule.type === type);
  const config = module?.config.parse(own);
  return { id, type, config, position, ...(via && { via }) };
};

export const signalOf = (id: string, source: string, read: Record<string, unknown>): SignalSpec => ({
  id,
  title: id,
  source,
  read,
  unit: '',
  threshold: {},
  covers: [],
  position,
});

export interface RemoteFixture extends AsyncDisposable {
  readonly engine: Engine;
  /** Reads everything once. */
  read(): Promise<void>;
  /** 'queue event-bus-0 up OK - …' per row of Health of the source `checks`. */
  health(): readonly string[];
  /** 'id instance value' per sample; the reason where there is no value. */
  samples(): readonly string[];
  faults(): readonly string[];
}

/** An environment of the simulator, read through one of its sources. */
export const openRemote = async (
  clock: Clock,
  sources: readonly SourceEntry[],
  signals: readonly SignalSpec[] = [],
  logViews: Profile['logViews'] = [],
): Promise<RemoteFixture> => {
  const profile = { ...profileOf([...sources]), signals, logViews };
  const engine = await openEngine(profile, {
    modules,
    clock,
    random: () => 0,
    memory: false,
    openIo: openReadIo,
  });
  const states = () => Object.values(engine.facts.getState().feeds);
  return {
    engine,
    read: () => engine.readOnce(10_000),
    health: () =>
      engine
        .snapshot()
        .kinds.health.rows.filter(({ fact }) => fact.source === 'checks')
        .map(({ fact }) =>
          [fact.service, fact.instance, fact.status, fact.detail].filter((part) => part !== '').join(' '),
        ),
    samples: () =>
      states()
        .flatMap((feed) => feed.known?.samples ?? [])
        .map(({ signal, labels, value, why }) =>
          [signal, labels.instance, value ?? why].filter((part) => part !== undefined).join(' '),
        ),
    faults: () => engine.snapshot().faults.map(({ source, message }) => `${source}: ${message}`),
    [Symbol.asyncDispose]: () => engine.close(),
  };
};
