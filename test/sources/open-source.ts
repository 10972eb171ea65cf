import type { AnyFact, Note, Sample } from '../../src/domain/facts/facts.ts';
import type { Reading } from '../../src/domain/facts/reading.ts';
import { openReadIo } from '../../src/doors/read-io.ts';
import type { Clock } from '../../src/platform/runtime/clock.ts';
import type {
  Operation,
  SignalRequest,
  Source,
  SourceModule,
} from '../../src/sources/kit/contract/source.ts';
import { manualClock } from '../support/manual-clock.ts';

export const never = new AbortController().signal;

export interface Opened extends AsyncDisposable {
  readonly source: Source;
  /** Reads a feed by its id without the source prefix. */
  read(id: string): Promise<Reading<AnyFact | Note | Sample>>;
  operation(name: string): Operation;
}

/** Opens a source of this type with this profile entry, with the id `s`, in environment `test`. */
export const openSource = async <C>(
  module: SourceModule<C>,
  entry: unknown,
  signals: readonly SignalRequest[] = [],
  clock: Clock = manualClock(),
): Promise<Opened> => {
  const config = module.config.parse(entry);
  const source = await module.open({ id: 's', env: 'test', config, signals }, openReadIo(clock));
  return {
    source,
    read: async (id) => {
      const feed = source.feeds.find((candidate) => candidate.id === `s/${id}`);
      if (feed === undefined)
        throw new Error(`no feed ${id}; there is ${source.feeds.map((f) => f.id).join(', ')}`);
      return feed.read(never);
    },
    operation: (name) => {
      const found = source.operations.find((operation) => operation.name === name);
      if (found === undefined) throw new Error(`no operation ${name}`);
      return found;
    },
    [Symbol.asyncDispose]: () => source.close(),
  };
};
