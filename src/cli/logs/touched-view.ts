import { typesOf } from '../../runs/touched/types-of.ts';
import type { Opened } from '../open.ts';
import type { LineSink } from './merged.ts';
import type { LogRequest } from './request.ts';

/** The same sink; with its first line, the view that let it pass counts as used. */
export const touchingView = (
  sink: LineSink,
  { view }: Pick<LogRequest, 'view'>,
  { profile, engine }: Pick<Opened, 'profile' | 'engine'>,
): LineSink => {
  const seen = new Set<string>();
  const touch = (source: string): void => {
    if (view === undefined || seen.has(source)) return;
    seen.add(source);
    const types = typesOf(profile, [source]);
    engine.touched.add({
      ids: view.covers ?? [],
      kind: 'view',
      by: `view ${view.name}`,
      danger: 'read',
      types,
    });
  };
  return {
    line: (line, labelled) => {
      touch(line.stream.source);
      sink.line(line, labelled);
    },
    flush: sink.flush,
    get isFull() {
      return sink.isFull;
    },
  };
};
