import type { Trace } from '../../domain/trace.ts';
import type { LineSink } from './merged.ts';
import type { LogRequest } from './request.ts';

/** The same sink; the first line of each source that a view lets pass is an event of the trace. */
export const tracingFirstLines = (
  sink: LineSink,
  { view }: Pick<LogRequest, 'view'>,
  trace: Trace | undefined,
): LineSink => {
  if (trace === undefined || view === undefined) return sink;
  const seen = new Set<string>();
  return {
    line: (line, labelled) => {
      const { source } = line.stream;
      if (!seen.has(source)) {
        seen.add(source);
        trace({ what: 'first-line', source, view: view.name });
      }
      sink.line(line, labelled);
    },
    flush: sink.flush,
    get isFull() {
      return sink.isFull;
    },
  };
};
