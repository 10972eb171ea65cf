import type { RunningWire, View } from '../sight.ts';
import { startLokiServer } from './server.ts';

/** Starts the Loki that collects what this environment's containers and hosts write: `${world.loki}`. */
export const startLokiWire = async (view: View): Promise<RunningWire> => {
  const { url, close } = await startLokiServer(view);
  return { vars: { loki: url }, close };
};
