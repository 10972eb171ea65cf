import type { RunningServer } from '../serve.ts';
import { serve } from '../serve.ts';
import type { View } from '../sight.ts';
import { collectorOf } from './collect.ts';
import { lokiHandler } from './handler.ts';
import { serveTails } from './tail.ts';

/** Serves the Loki of one environment alone; `url` has no path. */
export const startLokiServer = async (view: View): Promise<RunningServer> => {
  const { clock } = view;
  const collector = collectorOf(view);
  let tails: { close(): void } | undefined;
  const running = await serve(lokiHandler(clock, collector), clock, (server) => {
    tails = serveTails(clock, collector, server);
  });
  return {
    url: running.url,
    close: async () => {
      tails?.close();
      await running.close();
    },
  };
};
