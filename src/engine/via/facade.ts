import type { Fault } from '../../domain/fault.ts';
import { WireError } from '../../platform/failures.ts';
import { TunnelError } from '../../platform/network/dial.ts';
import type { Finding, Source, SourceModule } from '../../sources/source.ts';
import { type Pinning, pinnedOperation } from './pinned.ts';

/** What stands behind the facade of a source that is reached through `via:`. */
export interface Behind extends Pinning {
  /** True: its ends have been seen, and not only been written down. */
  readonly sees: boolean;
  /** Undefined once it is open; why it is not, otherwise. Looks first when it is not. */
  ready(signal: AbortSignal): Promise<Fault | undefined>;
}

const findingOf = (source: string, { message, remedy }: Fault): Finding => ({
  source,
  ok: false,
  what: message,
  ...(remedy === undefined ? {} : { remedy }),
});

/** One source for everybody who names it, whichever ends there are at the moment, and also while there are none. */
export const facadeOf = (id: string, module: SourceModule, behind: Behind): Source => {
  const open = async (signal: AbortSignal): Promise<Source> => {
    const fault = await behind.ready(signal);
    const source = behind.current();
    if (source !== undefined) return source;
    throw new TunnelError(fault?.message.replace(/^tunnel cut: /, '') ?? behind.words, fault?.remedy);
  };
  return {
    id,
    get feeds() {
      return behind.current()?.feeds ?? [];
    },
    operations: Object.entries(module.operations).map(([name, spec]) =>
      pinnedOperation(id, name, spec, behind),
    ),
    doctor: async (signal) => {
      const fault = await behind.ready(signal);
      const source = behind.current();
      if (source === undefined) return fault === undefined ? [] : [findingOf(id, fault)];
      const names = (await behind.freshEnds(signal)).map((end) => end.name);
      const what = `reached through ${behind.words}: ${names.join(', ')}`;
      const reached = behind.sees ? [{ source: id, ok: true, what }] : [];
      return [...reached, ...((await source.doctor?.(signal)) ?? [])];
    },
    tails: async (of, signal) => (await (await open(signal)).tails?.(of, signal)) ?? [],
    describe: async (subject, how, signal) => {
      const { describe } = await open(signal);
      if (describe === undefined) throw new WireError('missing', `${id} tells no more of a ${subject.kind}`);
      return describe(subject, how, signal);
    },
    ends: async (target, signal) => (await (await open(signal)).ends?.(target, signal)) ?? [],
    dial: async (to, signal) => {
      const { dial } = await open(signal);
      if (dial === undefined) throw new TunnelError(`nothing is reached through ${id}`);
      return dial(to, signal);
    },
    run: async function* (at, program, door, signal) {
      const { run } = await open(signal);
      if (run === undefined) throw new TunnelError(`nothing is reached through ${id}`);
      yield* run(at, program, door, signal);
    },
    close: async () => {},
  };
};
