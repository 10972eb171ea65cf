import type { HttpRequest } from '../../platform/network/http-messages.ts';
import { statusError } from '../../platform/network/status.ts';
import type { CommandContext } from '../command/context.ts';

/** Time limit of one request while systems are looked for: loopback answers in milliseconds. */
const probeMs = 1500;

/** Sends one GET without credentials, and resolves to its JSON. Rejects with a WireError, also for an error status. */
export const getJson = async (
  { openIo, clock }: CommandContext,
  request: Pick<HttpRequest, 'url' | 'socketPath'>,
): Promise<unknown> => {
  const limit = clock.deadline(probeMs);
  const io = openIo();
  try {
    const answer = await io.get(request, limit.signal);
    const problem = statusError(answer, clock.wallNow());
    if (problem !== undefined) throw problem;
    return answer.json();
  } finally {
    limit.clear();
    await io.close();
  }
};
