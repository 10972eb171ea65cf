import { openHttp } from './http.ts';
import type { ChangeIo, Clock } from './io.ts';

/** The changing door: any method; redirects are followed by none but GET and HEAD. `close` ends its connections. */
export const openChangeIo = (clock: Clock): ChangeIo & { close(): Promise<void> } => {
  const http = openHttp(clock);
  return { clock, send: (request, signal) => http.request(request, signal), close: () => http.close() };
};
